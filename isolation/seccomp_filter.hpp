// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/containment.hpp"
#include "isolation/unique_fd.hpp"

#include <vector>

namespace strata {

/// The profile as classic BPF programs (seccomp(2), struct sock_filter), each in a sealed memfd, as bwrap --add-seccomp-fd reads
/// them. The kernel runs all of them and takes the severest outcome.
/// In both profiles calls of another architecture or ABI (i386's int 0x80, x32) kill the process, and calls that are newer than
/// the profiles (456 is the last number that they know) answer ENOSYS.
///
/// standard: everything but what reaches the kernel's own configuration, other namespaces or a large attack surface: EPERM,
///   where programs know how to do without it ENOSYS (clone3) or EAFNOSUPPORT (socket families beside unix, inet, inet6 and
///   netlink's routing). ptrace(2) stays, for gdb and strace.
/// strict: of that only what ordinary programs need; the rest is EPERM. No ptrace, no chroot, no personality.
/// off: none.
result<std::vector<unique_fd>> compile_seccomp(seccomp_profile profile);

/// A description of its own of that program (its file position is shared by whoever inherits it).
result<unique_fd> reopen_seccomp(const unique_fd& program);

} // namespace strata
