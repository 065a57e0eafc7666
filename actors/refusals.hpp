// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "config/escaped.hpp"

#include <fmt/format.h>

namespace strata {

/// The server takes no new work; nothing of the call was begun.
inline error stopping() { return {errc::draining, "server is stopping", {{"retry_after", "1"}}}; }

inline error too_many(std::string_view doing, std::string_view what, std::size_t most) {
  return {errc::overloaded, fmt::format("{}: max {} ({}) reached", doing, what, most), {{"retry_after", "1"}}};
}

/// Also for a session that is there, but not the caller's or not the one that was meant.
inline error no_session() { return {errc::session_not_found, "session not found"}; }

/// The session of a call ended, as `why` says. `begun` false: nothing of the call has run, and it may be sent again.
inline error lost_session(std::string why, const std::string& uid, bool begun) {
  error lost{errc::session_lost, std::move(why), {{"session_uid", uid}, {"begun", begun ? "true" : "false"}}};
  if (!begun)
    lost.facts.emplace_back("retryable", "true");
  return lost;
}

/// A start that failed on its user or directory says which one it was; the agent repeats no foreign text.
inline error named(error failure, const std::string& user, const std::string& cwd) {
  const bool of_user = failure.code == errc::user_not_found || failure.code == errc::unsupported;
  const auto& value = of_user ? user : cwd;
  if ((!of_user && failure.code != errc::cwd_not_found) || value.empty() || failure.message.find(value) != std::string::npos)
    return failure;
  const std::string field = of_user ? "user" : "cwd";
  failure.message += " (" + field + " " + in_quotes(value) + ")";
  failure.facts.emplace_back("field", field);
  return failure;
}

} // namespace strata
