// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"
#include "isolation/launch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace strata {

/// A program of the host to be run as root over the ids of a map: how a plain user makes and removes files that belong to its
/// subordinate ids.
struct mapped_command {
  std::vector<std::string> argv; ///< [0] an absolute path; no shell
  std::string tree;   ///< a directory of the host, read-only as "root" in the working directory; must be readable by all
  int files_dir = -1; ///< writable as "files" there; borrowed; its mode must let the mapped ids in
  id_map ids;
  const launch_tools* tools = nullptr; ///< not owned
  std::chrono::milliseconds patience{20'000};
};

/// Runs it by strata-launcher in namespaces of its own and waits for its end. An error unless it exits with 0, with what it said.
/// Blocks. Thread safe. Nothing of it is left afterwards, whatever happens.
result<void> run_mapped(const mapped_command& command);

} // namespace strata
