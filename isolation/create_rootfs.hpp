// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace strata {

struct rootfs_request {
  std::string directory;             ///< to be made; must not exist or be empty
  std::string suite;                 ///< empty: the host's release
  std::vector<std::string> packages; ///< beside a minimal Debian with bash and apt
  std::string id_pool = "auto";      ///< see id_pool::open: whose the tree will be, for a plain user
  std::chrono::seconds patience{1800};
  int interrupt = -1; ///< a descriptor (borrowed): once it can be read, the work is given up
};
/// Makes a prepared base with mmdebstrap (root: else debootstrap) from the host's configured Debian mirror. For root, or for a
/// plain user with a subid range (the tree then belongs to those ids). `progress` (may be empty) gets the tool's lines. Blocks
/// for minutes. A failure leaves no half-made directory; what a killed run left beside the target is removed by the next one
/// there. As root the tool runs in mount and pid namespaces of its own: what it mounts is seen by nobody else.
result<void> create_rootfs(const rootfs_request& request, const std::function<void(const std::string& line)>& progress);

} // namespace strata
