// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace strata {

/// JSON-RPC 2.0's own codes and those of the Model Context Protocol, 2026-07-28.
namespace rpc_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int header_mismatch = -32020;
inline constexpr int unsupported_version = -32022;
} // namespace rpc_code

/// What a client said.
struct rpc_message {
  enum class kind { request, notification, response };
  kind what = kind::request;
  json id; ///< of a request: a text or a whole number
  std::string method;
  json params = json::object();
};

/// Why it cannot be answered.
struct rpc_fault {
  int code = 0;
  std::string message;
  json id;   ///< null where it is not known
  json data; ///< null: none
};

/// Reads one message: at most the body's limits of depth and values (read_object). Batches are refused: the protocol has
/// had none since 2025-06-18.
std::variant<rpc_message, rpc_fault> read_rpc(std::string_view body);

ordered_json rpc_result(const json& id, ordered_json result);
ordered_json rpc_error(const rpc_fault& fault);
ordered_json rpc_notification(std::string_view method, ordered_json params);

} // namespace strata
