// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <string>
#include <sys/types.h>

namespace strata {

/// openat2(2) of `name` below the directory `parent`, close-on-exec: follows no link, leaves neither the directory nor
/// its file system (EXDEV at a mount). Empty with errno set on failure. Usable without exceptions.
unique_fd open_beneath(int parent, const std::string& name, int flags, mode_t mode = 0) noexcept;

/// Whether it is one step down: not empty, no "/", not "." and not "..".
bool is_plain_name(const std::string& name) noexcept;

} // namespace strata
