// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/program.hpp"
#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <sys/types.h>

namespace strata::agent {

/// What a keeper writes to its pipe, in this order: `forked`, by the program before it is one; `started` or `failed`;
/// `ended`; `others` if processes are left, else `alone`.
struct keeper_report {
  enum class kind : std::uint32_t { forked, failed, started, ended, others, alone } what;
  std::int32_t value;        ///< forked, started: pid; failed: refusal; ended: status as waitpid(2) gives it
  std::int32_t number;       ///< failed: errno
  std::uint32_t user, group; ///< started
};

struct forked_keeper {
  pid_t pid = -1;      ///< -1: errno
  unique_fd reports{}; ///< nonblocking read end; end of file: the keeper is gone
};

/// Forks a keeper: a process that starts `what`, is the subreaper (PR_SET_CHILD_SUBREAPER, prctl(2)) of everything
/// that comes of it, and ends when nothing of it is left. It runs our code only, is not dumpable, ignores what can be
/// ignored, and holds no descriptor but its pipe. It may be killed from inside; its children then come to the agent.
forked_keeper fork_keeper(program& what, int proc);

} // namespace strata::agent
