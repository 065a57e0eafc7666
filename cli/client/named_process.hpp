// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

namespace strata::client {

/// What the commands about processes are told first.
inline command_argument session_argument() { return {"SESSION", "OWNER/SESSION, SESSION with --owner, or @UID"}; }
inline command_argument process_argument() {
  return {"PROCESS", "id, pid:N, tag:T or name:N of a terminal: one that lives, else the newest"};
}

/// A request about SESSION and, where there is one, PROCESS.
template <class Request> result<Request> named(const invocation& given, const connection_to_server& server) {
  Request request;
  STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
  *request.mutable_session() = ref_of(name);
  if constexpr (requires { request.set_process(""); })
    request.set_process(given.arguments.at(1));
  return request;
}

} // namespace strata::client
