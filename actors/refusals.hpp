// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

namespace strata {

/// The server takes no new work; nothing of the call was begun.
inline error stopping() { return {errc::draining, "server is stopping", {{"retry_after", "1"}}}; }

/// Also for a session that is there, but not the caller's or not the one that was meant.
inline error no_session() { return {errc::session_not_found, "session not found"}; }

/// The session of a call ended, as `why` says. `begun` false: nothing of the call has run, and it may be sent again.
inline error lost_session(std::string why, const std::string& uid, bool begun) {
  error lost{errc::session_lost, std::move(why), {{"session_uid", uid}, {"begun", begun ? "true" : "false"}}};
  if (!begun)
    lost.facts.emplace_back("retryable", "true");
  return lost;
}

} // namespace strata
