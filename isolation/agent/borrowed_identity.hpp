// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace strata::agent {

/// For its lifetime the agent has the real and filesystem ids of another user: that is what prlimit(2) and
/// /proc/PID/cwd (ptrace(2), PTRACE_MODE_READ_FSCREDS) ask for where CAP_SYS_RESOURCE and CAP_SYS_PTRACE are missing.
/// The effective ids stay, so it can always go back. As PID 1 the agent takes no signal from that user meanwhile.
/// For our own user it does nothing.
class borrowed_identity {
public:
  borrowed_identity(uid_t user, gid_t group) noexcept;
  borrowed_identity(const borrowed_identity&) = delete;
  borrowed_identity& operator=(const borrowed_identity&) = delete;
  ~borrowed_identity();

private:
  uid_t own_user_;
  gid_t own_group_;
  bool borrowed_;
};

} // namespace strata::agent
