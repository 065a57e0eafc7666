// SPDX-License-Identifier: MIT
// S/processes/{process}/stdin.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/json/process_json.hpp"

namespace strata {

namespace {

result<write_stdin> decode(exchange& asked) {
  write_stdin operation;
  STRATA_TRY(operation.session, session_of(asked));
  operation.process = asked.path[2];
  STRATA_TRY(operation.at, read_number(asked.query, "at"));
  STRATA_TRY(const auto wait, read_number(asked.query, "wait_ms"));
  operation.wait_ms = wait.value_or(operation.wait_ms);
  if (const auto* eof = find_parameter(asked.query, "eof")) {
    if (*eof != "1" && *eof != "true" && *eof != "0" && *eof != "false")
      return error{errc::invalid_argument, "eof: expected true or false", {{"field", "eof"}}};
    operation.eof = *eof == "1" || *eof == "true";
  }
  // Bytes as they are, unless they say that they are JSON.
  if (asked.request.header("content-type").starts_with("application/json")) {
    STRATA_TRY(operation.bytes, read_input(asked.request.body));
  } else {
    operation.bytes = asked.request.body;
  }
  return operation;
}

} // namespace

void serve_write_stdin(exchange& asked) {
  auto operation = decode(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const accepted_input& input) { to.answer(to_json(input)); });
}

void serve_close_stdin(exchange& asked) {
  write_stdin operation;
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  operation.session = std::move(*session);
  operation.process = asked.path[2];
  operation.eof = true;
  asked.call(std::move(operation), [](exchange& to, const accepted_input&) { to.answer_nothing(); });
}

} // namespace strata
