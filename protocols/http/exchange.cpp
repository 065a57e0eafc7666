// SPDX-License-Identifier: MIT
#include "protocols/http/exchange.hpp"

#include "protocols/http/error_response.hpp"
#include "protocols/http/request_context.hpp"

#include <fmt/format.h>

namespace strata {

exchange::exchange(http_request asked, const server_facts& server, connection_strand where, receiver done)
  : request{std::move(asked)}, facts{server}, where_{std::move(where)}, done_{std::move(done)} {}

void exchange::answer(http_response response) {
  auto done = std::exchange(done_, nullptr);
  if (!done)
    return;
  response.headers.insert(response.headers.end(), answer_headers.begin(), answer_headers.end());
  done(std::move(response));
}

void exchange::answer(const ordered_json& body, int status) {
  http_response response;
  response.status = status;
  response.body = to_text(body);
  answer(std::move(response));
}

void exchange::answer_nothing() {
  http_response nothing;
  nothing.status = 204;
  nothing.content_type.clear();
  answer(std::move(nothing));
}

void exchange::fail(const error& failure) { answer(error_response(failure, {request.header("accept"), context.request_id})); }

void exchange::fail_unanswered() {
  const error nobody{errc::internal, "answer request: nobody did"};
  facts.tell(context, request.method, nobody);
  fail(nobody);
}

void exchange::abandon() {
  if (std::exchange(done_, nullptr) && call_id_ != 0 && !outlives_client)
    facts.door.disconnect(call_id_);
}

void exchange::leave() {
  if (call_id_ != 0)
    facts.door.disconnect(call_id_);
}

std::string exchange::digest() const { return content_digest(request); }

} // namespace strata
