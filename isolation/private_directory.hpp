// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>

namespace strata {

/// Opens (O_PATH) the directory at an absolute path, making it (0700) and its missing parents (0755), if nobody but root
/// and this user can have put anything in its place or can look into it: each step is opened from the one before, no
/// step is a link; it belongs to this user and is closed to others; each parent belongs to root or this user and is not
/// writable by others, unless it is sticky and the next step belongs to root or this user. `what` begins the error
/// texts: "session root /x: …".
result<unique_fd> open_private_directory(const std::string& what, const std::string& path);

} // namespace strata
