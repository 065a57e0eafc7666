// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <vector>

namespace strata::launcher {

/// Builds the session's root at wire::root_tree below the working directory (the scratch tmpfs). Upper and work
/// directories are u0, w0, u1, w1… in files/. All paths are relative, so that none of the host is in the sandbox's
/// mountinfo. Consumes the layers. Does not return on failure.
void compose_root(const wire::launch_plan& plan, std::vector<unique_fd> layers);

/// The same with one fuse-overlayfs over all writable layers; `device` is /dev/fuse, opened in this user namespace.
void compose_fuse_root(const wire::launch_plan& plan, std::vector<unique_fd> layers, unique_fd device);

/// mkdir(2); an existing directory is accepted, since a session may be started again on its files.
void make_directory(const char* path, mode_t mode = 0755);

} // namespace strata::launcher
