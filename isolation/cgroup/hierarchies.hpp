// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

namespace strata {

/// The cgroups of this process, as directories. A controller is in one hierarchy only (cgroups(7)).
struct cgroup_hierarchies {
  std::map<std::string, std::string> v1; ///< "memory" → directory of this process' group in that controller's hierarchy
  std::string v2;                        ///< of its group in the unified hierarchy; empty: none is mounted
};

/// Reads /proc/PID/cgroup (`cgroup`) and /proc/PID/mountinfo (`mountinfo`); a group that lies outside of what is mounted is
/// passed over. Pure.
cgroup_hierarchies find_hierarchies(const std::string& cgroup, const std::string& mountinfo);

} // namespace strata
