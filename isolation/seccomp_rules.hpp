// SPDX-License-Identifier: MIT
#pragma once

#include <seccomp.h>
#include <span>

namespace strata {

/// What every profile denies where it hides in the arguments of calls that it allows: new namespaces by clone(2), terminals'
/// input forged by ioctl(2), families of sockets. Zero or libseccomp's negative errno. Numbers are compared on all 64 bits that
/// the kernel could be given, so that none with garbage above passes: ioctl requests and clone flags on their low 32 bits only,
/// as the kernel takes them (CVE-2019-10063 was a comparison of 64).
int deny_by_arguments(scmp_filter_ctx filter);

/// Denied with EPERM by the standard profile. Names; those that this architecture or libseccomp lacks are passed over.
std::span<const char* const> denied_calls();

/// Allowed by the strict profile.
std::span<const char* const> allowed_calls();

} // namespace strata
