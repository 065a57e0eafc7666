// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// A descriptor of ours (borrowed) and its number in the program: 1 to 15.
struct passed_descriptor {
  int fd = -1;
  int number = -1;
};

/// Starts a program of our own by posix_spawn(3) in a session of its own, with exactly these descriptors (0 is /dev/null;
/// the numbers are to leave no gap), no signal blocked or ignored, and an environment that holds only PATH.
/// `arguments[0]` is its absolute path, `what` its name in error texts. Returns its pidfd; it is a child to be reaped.
/// Thread safe.
result<unique_fd> spawn_program(std::string_view what, const std::vector<std::string>& arguments,
                                const std::vector<passed_descriptor>& descriptors);

} // namespace strata
