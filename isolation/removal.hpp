// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>

namespace strata {

/// Deletes `name` (a file, link or whole tree; one step, no path) below the directory `parent`. Never follows a link,
/// never enters a mount (openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV), changes the mode of a
/// directory it owns when that is in the way, and needs neither stack nor descriptors that grow with the depth: what
/// lies deep is moved up to the top of the tree first. A missing `name` is a success. On an error it deletes what it
/// can and reports the first failure; a mount in the tree is reported, not unmounted. Thread safe; blocks.
result<void> remove_tree(int parent, const std::string& name);

} // namespace strata
