// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// Runs an operation if it could be decoded; an error is the tool's result.
template <class Operation, class Take> void run(tool_call& call, result<Operation> operation, Take take) {
  if (!operation)
    return call.fail(operation.error());
  using outcome = result<typename Operation::response>;
  call.run(std::move(*operation), std::function<void(tool_call&, outcome)>{[take](tool_call& to, const outcome& done) {
             done ? take(to, *done) : to.fail(done.error());
           }});
}

/// The session that a tool must be told.
inline result<session_ref> session_of(const tool_call& call) {
  STRATA_TRY(auto key, call.identity());
  if (key.owner_id.empty() || key.session_id.empty())
    return error{errc::invalid_argument, "owner_id and session_id are required"};
  return session_ref{std::move(key), {}};
}

/// wait_ms, bounded by what clients have patience for.
result<std::int64_t> read_patience(const tool_call& call, std::int64_t by_default);

} // namespace strata
