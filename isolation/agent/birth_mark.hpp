// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace strata::agent {

/// A hard RLIMIT_RTTIME in microseconds (getrlimit(2)). It is inherited by fork and kept by exec, and nothing without
/// CAP_SYS_RESOURCE in the first user namespace can raise it: a process whose mark is m or lower descends from the
/// command that got m or from a later one; a higher mark means an earlier one.
using birth_mark = std::uint64_t;

/// Gives out marks, each lower than all before.
class birth_marks {
public:
  /// Starts below wire::first_birth_mark, or below our own limit where that is lower.
  birth_marks();

  birth_mark next() noexcept { return lowest_ > 1 ? --lowest_ : lowest_; }
  /// Nothing that was given out is lower: what is, was lowered by the process itself.
  birth_mark lowest() const noexcept { return lowest_; }

private:
  birth_mark lowest_;
};

/// Sets soft and hard limit of a process (0: the calling one). False: not permitted, or gone.
bool set_birth_mark(pid_t pid, birth_mark mark) noexcept;

/// A mark for what a shell starts next. Normally `fresh`; lower when the shell itself has lowered its limit
/// (`ulimit -R`). Returns the mark in force, also when it could not be set.
birth_mark remark_shell(pid_t shell, birth_mark fresh) noexcept;

} // namespace strata::agent
