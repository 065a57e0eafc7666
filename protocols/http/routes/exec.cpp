// SPDX-License-Identifier: MIT
// POST S/exec and POST /api/sessions/exec.
#include "protocols/http/routes.hpp"
#include "protocols/json/exec_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// Identity first, then the JSON, then the command: the order in which the seed complains.
result<exec_request> decode(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_exec(asked.request.body));
  operation.session = std::move(session);
  return operation;
}

} // namespace

void serve_exec(exchange& asked) {
  auto operation = decode(asked);
  if (!operation)
    return asked.fail(operation.error());
  auto session = operation->session.key;
  asked.call(std::move(*operation), [session](exchange& to, const exec_response& answer) {
    const bool handed_over = answer.state != process_state::ended;
    if (handed_over)
      to.answer_headers.emplace_back("Location", fmt::format("/api/sessions/{}/{}/processes/{}", percent_encode(session.owner_id),
                                                             percent_encode(session.session_id), percent_encode(answer.id)));
    to.answer(to_json(answer), handed_over ? 202 : 200);
  });
}

} // namespace strata
