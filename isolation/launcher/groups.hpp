// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <sys/types.h>

namespace strata::launcher {

/// Opens the file by which processes inside go to their cgroup, with this process' rights: they count when it is written
/// (cgroups(7)), whoever does it. Empty: the plan has none.
unique_fd open_work_group(const wire::launch_plan& plan);

/// Puts the session's first process into its cgroups, before it does anything that is charged.
void enter_groups(const wire::launch_plan& plan, pid_t child);

} // namespace strata::launcher
