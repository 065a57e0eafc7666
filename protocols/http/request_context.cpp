// SPDX-License-Identifier: MIT
#include "protocols/http/request_context.hpp"

#include "protocols/context_fields.hpp"

namespace strata {

std::string request_id_of(const http_request& request) { return request_id_of(request.header("x-request-id")); }

result<call_context> context_of(const http_request& request, std::string request_id) {
  call_context context;
  context.request_id = std::move(request_id);
  context.peer = request.peer;
  context.protocol = "http";
  if (is_traceparent(request.header("traceparent")))
    context.traceparent = request.header("traceparent");
  if (request.count("idempotency-key") > 0) {
    STRATA_TRY(context.idempotency_key,
               idempotency_key_of(request.count("idempotency-key") > 1 ? std::string_view{} : request.header("idempotency-key")));
  }
  return context;
}

std::string content_digest(const http_request& request) {
  return digest_of({request.method, request.target, request.header("x-owner-id"), request.header("x-session-id"), request.body});
}

} // namespace strata
