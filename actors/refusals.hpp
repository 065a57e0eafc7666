// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

namespace strata {

/// The server takes no new work; nothing of the call was begun.
inline error stopping() { return {errc::draining, "server is stopping", {{"retry_after", "1"}}}; }

/// Also for a session that is there, but not the caller's or not the one that was meant.
inline error no_session() { return {errc::session_not_found, "session not found"}; }

} // namespace strata
