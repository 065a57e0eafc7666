// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace strata {

/// A program of the host that is run to its end, e.g. mmdebstrap. Not for sandboxes.
struct host_program {
  std::vector<std::string> argv; ///< [0] an absolute path; no shell
  std::chrono::seconds patience{10};
  std::function<void(const std::string& line)>
    on_line; ///< what it writes to 1 and 2, printable, at most 1 KiB a line; may be empty
  /// For one that mounts: mount and pid namespaces of its own (unshare(1); only root may). What it mounts is seen by nobody
  /// else, and everything that it started ends with it. It ends with us, too, even when we are killed.
  bool contained = false;
  int interrupt = -1; ///< a descriptor (borrowed): once it can be read, the program is ended
};

/// Its exit code, 128 plus the number of the signal that ended it. An error when it cannot be started, is interrupted or is not
/// done in time; then it and its process group have been ended. It gets no descriptor but 0-2 and no environment but PATH. Blocks. Thread
/// safe.
result<int> run_host_program(const host_program& program);

} // namespace strata
