// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>
#include <vector>

namespace strata {

/// The descriptors that strata-launcher gets, all borrowed (isolation/wire/inherited.hpp).
struct launcher_descriptors {
  int report = -1; ///< becomes 1 and 2
  int plan = -1;
  int files_dir = -1;
  int control = -1;
  int agent = -1;
  const std::vector<unique_fd>* seccomp = nullptr; ///< at most wire::max_seccomp_programs
};

/// Starts strata-launcher by posix_spawn(3) in a session of its own, with exactly these descriptors, no signal blocked
/// or ignored, and an environment that holds only PATH. Returns its pidfd; it is a child to be reaped.
result<unique_fd> spawn_launcher(const std::string& program, const launcher_descriptors& descriptors);

} // namespace strata
