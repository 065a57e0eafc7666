// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// Which system calls are left to a session; see seccomp_filter.hpp.
enum class seccomp_profile { standard, strict, off };

/// Beside the namespaces: what stands between hostile code and the kernel. All of it is on; a measure is left out only to try
/// what it is worth (SECURITY.md) or to measure its cost (bench/), never in use.
struct containment {
  seccomp_profile seccomp = seccomp_profile::standard;
  bool user_namespaces = true; ///< no user namespace can be made inside, the session's own is not that of its mounts
  bool capabilities = true;    ///< all but a few are dropped, from the bounding set too
  bool proc_masks = true;      ///< parts of /proc that are the host's are hidden or read-only
  bool empty_sys = true;       ///< instead of the host's, read-only
  bool agent_guard = true;     ///< PID 1 cannot be traced and differs from the payload by an id
  bool tmpfs_sizes = true;     ///< /tmp, /run, /dev/shm have a size
  bool landlock = true;        ///< driver none: a second line behind the read-only root, where the kernel has it
};

/// Leaves the measure of that name (config/measure_names.hpp) out; false: there is none.
bool leave_out(containment& measures, std::string_view name);

/// The names of what is left out, seccomp not counted, with commas; empty: nothing.
std::string left_out(const containment& measures);

std::string_view to_string(seccomp_profile profile) noexcept;

} // namespace strata
