// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/launch_plan.hpp"

namespace strata::launcher {

/// Moves this process into a user namespace below the one that it is in, with the same ids, and lets no further one be made
/// there (user_namespaces(7), /proc/sys/user/max_user_namespaces): the limit is a setting of the upper one, where nothing inside
/// has a capability. Mounts made before belong to the upper one and are locked: nothing inside can undo them
/// (mount_namespaces(7)). A range of ids is what bwrap --disable-userns cannot do. To be called as root of the upper one.
void nest_user_namespace(const wire::launch_plan& plan);

} // namespace strata::launcher
