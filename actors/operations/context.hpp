// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace strata {

/// Carried with every operation, whatever the protocol (api: "Context carried with every operation").
struct call_context {
  std::string caller = "anonymous"; ///< key id, or "anonymous" while there are no keys
  std::string request_id;           ///< from X-Request-Id or made by the translator; in logs and error bodies
  std::string idempotency_key;      ///< empty: none. Holds 10 minutes per caller
  std::string content_digest;       ///< what the idempotency key must come with again: hash of operation and body
  std::string traceparent;          ///< W3C trace context, passed through
  std::string peer;                 ///< address of the client, for logs
  std::string protocol;             ///< "http", "websocket", "grpc", "mcp"
  std::optional<std::chrono::steady_clock::time_point> deadline; ///< when the caller stops waiting; none: never
  std::uint64_t call_id = 0; ///< set by the gateway; names this call when its client goes away
};

} // namespace strata
