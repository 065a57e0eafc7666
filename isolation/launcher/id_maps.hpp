// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/launch_plan.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::launcher {

/// Fails if the plan would map id 0 of the host, for users or groups: nothing inside may ever be the host's root.
void check_map(const wire::launch_plan& plan);

/// A line of uid_map or gid_map: `count` ids from `inside` are those of the host from `outside`.
struct id_line {
  std::uint32_t inside = 0, outside = 0, count = 0;
};

/// newuidmap(1) and newgidmap(1) as absolute paths.
struct mappers {
  std::string newuidmap, newgidmap;
};

/// Has them write the maps of the user namespace of `child`. Does not return on failure.
void map_by_programs(const mappers& programs, pid_t child, const std::vector<id_line>& users, const std::vector<id_line>& groups);

/// Gives the user namespace of `child` its maps (user_namespaces(7)): directly, by newuidmap(1) and newgidmap(1), or
/// the one id that a plain user may map. Does not return on failure.
void write_maps(const wire::launch_plan& plan, pid_t child);

} // namespace strata::launcher
