// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/sessions.hpp"
#include "config/error.hpp"
#include "isolation/cgroup/limits.hpp"

namespace strata {

/// What a server does about the limits of its sessions.
struct limit_policy {
  session_limits defaults; ///< of a session that does not say
  session_limits most;     ///< that a session may ask for; absent: no more than the default, or anything where there is none
  limit_means means;       ///< what this host can enforce; open_files always
};

/// `unsupported` for what cannot be enforced here, `invalid_argument` for what makes no sense, `permission_denied` beyond the most.
result<void> check_limits(const session_limits& asked, const limit_policy& policy);

/// What holds for a session that asked for this: the defaults where it said nothing, and nothing that is not enforced.
session_limits effective_limits(const session_limits& asked, const limit_policy& policy);

/// Whether something is asked for that differs.
bool differs(const session_limits& asked, const session_limits& present);

resource_limits to_resources(const session_limits& limits);

} // namespace strata
