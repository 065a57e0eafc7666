// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/launch_plan.hpp"

namespace strata::launcher {

/// Makes the session's IPC namespace (ipc_namespaces(7)) and bounds what stays in it when its processes are killed: System V shared
/// memory, message queues and semaphores are charged to the session's memory, and the OOM killer cannot free them. The bounds
/// are settings of the namespace (sysctl kernel.shmall, msgmni, sem), which its root may write since Linux 5.19; before, they
/// stay those of the kernel. In the inner user namespace.
void make_ipc_namespace(const wire::launch_plan& plan);

} // namespace strata::launcher
