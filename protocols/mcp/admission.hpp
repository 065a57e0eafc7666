// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/exchange.hpp"
#include "protocols/mcp/mcp_sessions.hpp"
#include "protocols/mcp/rpc_message.hpp"

#include <array>
#include <variant>

namespace strata {

/// The revisions of the Model Context Protocol that are spoken, the newest first. The first is stateless: every request
/// says its version in `_meta`. The others begin with `initialize`.
inline constexpr std::array<std::string_view, 5> mcp_versions{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26",
                                                              "2024-11-05"};
inline constexpr std::string_view newest_stateful = mcp_versions[1];

/// A message that may be served.
struct mcp_call {
  rpc_message message;
  bool modern = false; ///< of the stateless era
  std::string session; ///< Mcp-Session-Id; empty in the stateless era and for initialize
};

/// Tells the era of a message and holds it to that era's rules: content type, version, the headers that must say what the
/// body says (modern, "Streamable HTTP"), the session id (older). Otherwise the answer that refuses it.
std::variant<mcp_call, http_response> admit(const exchange& asked, mcp_sessions& sessions);

/// A JSON-RPC error as an HTTP answer.
http_response fault_response(int status, const rpc_fault& fault);

/// The members of `_meta` in the stateless era.
inline constexpr auto meta_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr auto meta_capabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr auto meta_server = "io.modelcontextprotocol/serverInfo";
inline constexpr auto meta_subscription = "io.modelcontextprotocol/subscriptionId";

/// params._meta, or an empty object.
const json& meta_of(const json& params);

} // namespace strata
