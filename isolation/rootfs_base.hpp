// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/base.hpp"

#include <functional>
#include <string>
#include <vector>

namespace strata {

/// A base that was given (STRATA_SANDBOX_BASE_ROOTFS): checked to be a directory with a usable /bin/bash, to belong to
/// ids that the server may map, and not to be or contain the session root. `shift` for a root server whose tree belongs to host ids.
result<base> open_rootfs_base(const std::string& directory, const std::string& session_root);

/// A base from the host itself. A skeleton below ROOT/base with a copied, filtered /etc (no secrets: an allow-list; account
/// files regenerated) and the usual directories and links, then one layer per allowed tree of the host. Root server:
/// writable overlays over /usr, /opt and the listed parts of /var, ids shifted. Plain user: /usr and /opt read-only.
/// The skeleton is made anew at every start, so that it follows the host.
result<base> make_host_base(const std::string& session_root);

struct rootfs_request {
  std::string directory;             ///< to be made; must not exist or be empty
  std::string suite;                 ///< empty: the host's release
  std::vector<std::string> packages; ///< beside a minimal Debian with bash and apt
};
/// Makes a prepared base with mmdebstrap, else debootstrap, from the host's configured Debian mirror. For root, or for a plain user
/// with a subid range (the tree then belongs to those ids). `progress` gets the tool's lines. Blocks for minutes.
/// A failure leaves no half-made directory.
result<void> create_rootfs(const rootfs_request& request, std::function<void(const std::string& line)> progress);

} // namespace strata
