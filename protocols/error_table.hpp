// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string_view>

namespace strata {

/// gRPC status codes by number (grpc/statuscodes), so that this table needs no gRPC header.
enum class grpc_code : std::uint8_t {
  invalid_argument = 3,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  unauthenticated = 16,
};

/// What one code looks like outside, on every protocol.
struct error_row {
  errc code;
  int http; ///< status
  grpc_code grpc;
  int json_rpc;           ///< -32602/-32603 where JSON-RPC 2.0 has a word for it, else in its server range -32000..-32099
  std::string_view title; ///< the kind of the problem in words, the same for every occurrence (RFC 9457 §3.1.3)
  bool retryable;         ///< nothing was begun: the same request may be sent again, after Retry-After where given
};

/// THE table. Complete for every errc (checked at compile time).
const error_row& row_of(errc code) noexcept;

/// Whether `retry_after` is told even when the error names none (1 second then).
bool wants_retry_after(errc code) noexcept;

} // namespace strata
