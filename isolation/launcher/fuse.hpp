// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <string>

namespace strata::launcher {

/// Opens /dev/fuse. To be called in the new user namespace while the process still has the server's ids: the kernel
/// wants the opener's user namespace to be that of the mount (fuse(4)), and a 0600 device its owner.
unique_fd open_fuse_device();

struct fuse_overlay {
  std::string program;            ///< absolute path of fuse-overlayfs(1)
  std::string lower, upper, work; ///< relative to the working directory
  bool squash_to_root = false;
};

/// Mounts fuse-overlayfs on wire::root_tree and waits until it answers. The daemon becomes a child of the server and is
/// reported to it. It lives in a mount namespace of its own that does not hold the mount: when the sandbox's is gone, the
/// kernel ends the connection and the daemon exits by itself, with or without a server. Does not return on failure.
void start_fuse_overlay(const fuse_overlay& overlay, unique_fd device);

} // namespace strata::launcher
