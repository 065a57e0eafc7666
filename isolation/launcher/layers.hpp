// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <sys/types.h>
#include <vector>

namespace strata::launcher {

/// The most layers that a plan may have: they travel in one SCM_RIGHTS message (unix(7): 253).
inline constexpr std::size_t max_layers = 64;

/// Whether the tree appears in the session as it is, not as the lower of an overlay.
bool bound_read_only(const wire::launch_plan& plan, const wire::plan_layer& layer);

/// A detached, read-only copy of each layer's mount (open_tree(2)), in the caller's mount namespace. With `user_namespace`
/// it is idmapped by that namespace (mount_setattr(2), Linux 5.12), so that host id 0 becomes 0 inside.
/// A layer that is bound carries the mounts below it along; one that is a lower must not have any.
std::vector<unique_fd> clone_layers(const wire::launch_plan& plan, const unique_fd* user_namespace);

/// The user namespace of `child`.
unique_fd open_user_namespace(pid_t child);

/// Tells the process inside that its maps are written, and hands it the layers.
void send_layers(const unique_fd& socket, const std::vector<unique_fd>& layers);
/// Waits for that. Exits silently when the other end is gone: it has said why.
std::vector<unique_fd> receive_layers(const unique_fd& socket);

} // namespace strata::launcher
