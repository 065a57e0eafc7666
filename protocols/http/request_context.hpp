// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/context.hpp"
#include "config/error.hpp"
#include "protocols/http/message.hpp"

#include <string>

namespace strata {

/// The request's id: the client's X-Request-Id where that is 1-128 of [A-Za-z0-9._~:/+=@,-] (it goes into logs and back
/// into a header), else a new one. Thread safe.
std::string request_id_of(const http_request& request);

/// What every operation carries. `invalid_argument` for an Idempotency-Key that is not 1-255 visible characters. A
/// traceparent that is not of the W3C's form is left out, as that specification asks for.
result<call_context> context_of(const http_request& request, std::string request_id);

/// What an idempotency key must come with again: SHA-256 of method, target, identity headers and body, in hex.
std::string content_digest(const http_request& request);

} // namespace strata
