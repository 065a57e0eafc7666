// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "protocols/http/message.hpp"

#include <string_view>
#include <vector>

namespace strata {

/// What goes wrong in HTTP alone, before an operation is known.
enum class http_fault {
  bad_request,           ///< 400 not HTTP/1.x as RFC 9112 has it
  route_not_found,       ///< 404 text, as the seed
  method_not_allowed,    ///< 405; the caller adds Allow
  request_timeout,       ///< 408
  body_too_large,        ///< 413
  expectation_failed,    ///< 417
  headers_too_large,     ///< 431
  version_not_supported, ///< 505
  buffers_full,          ///< 503 the bodies of all requests together are at their limit
};

/// What of the request an error answer depends on. Views into the request.
struct error_context {
  std::string_view accept;     ///< the Accept header
  std::string_view request_id; ///< for the member `request_id`
};

/// The error body of every route: {"error", "code", "type", "title", "status", "detail", "retryable", facts…, "request_id"};
/// seed clients read `error`, RFC 9457 clients the rest. Content type application/json, or application/problem+json where
/// Accept prefers it. Retry-After from the fact `retry_after`.
http_response error_response(const error& failure, const error_context& context);

/// The same for a fault of HTTP; `reason` says more than the fault does.
http_response error_response(http_fault fault, const error_context& context, std::string_view reason = {});

/// The codes of these faults, beside those of the error table.
std::vector<std::string_view> codes_of_http();

/// Whether an Accept header ranks application/problem+json above application/json (RFC 9110 §12.5.1).
bool prefers_problem_json(std::string_view accept) noexcept;

} // namespace strata
