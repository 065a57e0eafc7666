// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <sys/types.h>

namespace strata::launcher {

/// Moves this process, root of a user namespace, into one below it, with the same ids, and lets no further one be made there
/// (user_namespaces(7), /proc/sys/user/max_user_namespaces): the limit is a setting of the upper one, where nothing inside has a
/// capability. Mounts made before belong to the upper one and are locked: nothing inside can undo them (mount_namespaces(7)).
/// A range of ids is what bwrap --disable-userns cannot do. `socket` leads to whoever calls map_nested().
void nest_user_namespace(const unique_fd& socket);

/// The other process' part: waits until `child` has done so and maps its ids. Only who is in the upper namespace may map a range
/// of it, so this process enters it for good.
void map_nested(const wire::launch_plan& plan, pid_t child, const unique_fd& socket, const unique_fd& upper);

} // namespace strata::launcher
