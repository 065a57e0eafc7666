// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>

namespace strata {

/// Deletes `name` (a file, link or whole tree) below the directory `parent`. Never follows a link, never enters a mount
/// (openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV; statx(2) STATX_ATTR_MOUNT_ROOT), changes the
/// mode of a directory it owns when that is in the way, and needs neither stack nor descriptors that grow with the
/// depth. A missing `name` is a success. On an error it deletes what it can and reports the first failure; a mount in
/// the tree is reported, not unmounted.
result<void> remove_tree(int parent, const std::string& name);

} // namespace strata
