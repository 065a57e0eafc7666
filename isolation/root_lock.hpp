// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>

namespace strata {

/// Takes the lock (flock(2)) of the file .lock in `directory`, which it makes, and writes this process' pid into it for
/// the message of a server that comes second. Held until the descriptor is closed. `subject` begins the error texts.
result<unique_fd> lock_directory(int directory, const std::string& subject);

inline constexpr char lock_file_name[] = ".lock";

} // namespace strata
