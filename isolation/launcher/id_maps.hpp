// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/launch_plan.hpp"

#include <sys/types.h>

namespace strata::launcher {

/// Fails if the plan would map id 0 of the host, for users or groups: nothing inside may ever be the host's root.
void check_map(const wire::launch_plan& plan);

/// Gives the user namespace of `child` its maps (user_namespaces(7)): directly, by newuidmap(1) and newgidmap(1), or
/// the one id that a plain user may map. Does not return on failure.
void write_maps(const wire::launch_plan& plan, pid_t child);

} // namespace strata::launcher
