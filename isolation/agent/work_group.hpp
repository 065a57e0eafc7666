// SPDX-License-Identifier: MIT
#pragma once

namespace strata::agent {

/// From now on enter_work_group() leads to the cgroup of this descriptor (wire::work_group_fd). It stays open.
void use_work_group(int fd);

/// Moves the calling process to the cgroup for everything but the agent, with all that it will start; false with errno. Nothing
/// where there is none.
bool enter_work_group();

} // namespace strata::agent
