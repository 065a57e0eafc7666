// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

namespace strata::launcher {

/// The process in the new user and mount namespace: prepares the session's file system while the other process writes
/// the id maps, becomes uid 0 of the namespace, mounts, sets limits and becomes bwrap. The working directory must be the
/// session's files directory; `socket` is the end of the pair on which the layers come, `work_group` what open_work_group() gave.
[[noreturn]] void run_inside(const wire::launch_plan& plan, unique_fd socket, const unique_fd& work_group);

} // namespace strata::launcher
