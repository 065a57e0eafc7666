// SPDX-License-Identifier: MIT
// One session: GET, PATCH and DELETE S, GET S/stats.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/json/session_json.hpp"

namespace strata {

namespace {

result<update_session> decode_update(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_update(asked.request.body));
  operation.session = std::move(session);
  return operation;
}

result<close_session> decode_close(const exchange& asked) {
  close_session operation;
  STRATA_TRY(operation.session, session_of(asked));
  if (const auto* reason = find_parameter(asked.query, "reason"))
    operation.reason = *reason;
  if (const auto* wait = find_parameter(asked.query, "wait")) {
    if (*wait != "files")
      return error{errc::invalid_argument, "wait: expected files", {{"field", "wait"}}};
    operation.wait_files = true;
  }
  return operation;
}

} // namespace

void serve_get_session(exchange& asked) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  asked.call(get_session{std::move(*session)}, [](exchange& to, const session_info& found) { to.answer(to_json(found)); });
}

void serve_update_session(exchange& asked) {
  auto operation = decode_update(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const session_info& changed) { to.answer(to_json(changed)); });
}

void serve_close_session(exchange& asked) {
  auto operation = decode_close(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const close_session_response& closed) {
    to.answer(ordered_json{{"status", "closed"}, {"reason", closed.reason}});
  });
}

void serve_session_stats(exchange& asked) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  asked.call(get_session_stats{std::move(*session)}, [](exchange& to, const session_stats& stats) { to.answer(to_json(stats)); });
}

} // namespace strata
