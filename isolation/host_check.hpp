// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/sandbox_host.hpp"

#include <string>
#include <vector>

namespace strata {

/// One need of Strata, looked up on this host.
struct host_finding {
  enum class verdict { ok, limited, missing };
  std::string need; ///< "bubblewrap", "user namespaces", "overlay driver fuse", …
  verdict state = verdict::ok;
  bool required = true; ///< missing: the server cannot run
  std::string detail;   ///< what was found, or why not, in words
  std::string remedy;   ///< the exact command or setting that helps; empty when ok
};

/// Looks at everything that a server with these options needs, by trying it: programs and versions, user namespaces, id
/// ranges, the session root, the base, each overlay driver with a real sandbox, network namespaces, limits. Leaves nothing
/// behind and disturbs no server or session: it tries in a directory of its own beside the session root. Blocks for a second.
std::vector<host_finding> check_host(const host_options& options);

/// Whether a server with these options can run.
bool can_run(const std::vector<host_finding>& findings);

} // namespace strata
