// SPDX-License-Identifier: MIT
// S/processes/{process}/stdin and S/terminals/{name}/input.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/terminal_name.hpp"
#include "protocols/json/input_json.hpp"
#include "protocols/json/process_json.hpp"

namespace strata {

namespace {

using body_reader = result<void> (*)(std::string_view body, write_stdin& into);

result<write_stdin> decode_stdin(const exchange& asked, body_reader read_body) {
  write_stdin operation;
  STRATA_TRY(operation.session, session_of(asked));
  operation.process = asked.path[2];
  STRATA_TRY(operation.at, read_number(asked.query, "at"));
  STRATA_TRY(const auto wait, read_number(asked.query, "wait_ms"));
  operation.wait_ms = wait.value_or(operation.wait_ms);
  STRATA_TRY(operation.eof, read_flag(asked.query, "eof"));
  // Bytes as they are, unless they say that they are JSON.
  if (asked.request.header("content-type").starts_with("application/json")) {
    STRATA_CHECK(read_body(asked.request.body, operation));
  } else {
    operation.bytes = asked.request.body;
  }
  return operation;
}

void write(exchange& asked, body_reader read_body) {
  auto operation = decode_stdin(asked, read_body);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const accepted_input& input) { to.answer(to_json(input)); });
}

} // namespace

void serve_write_stdin(exchange& asked) { write(asked, read_input); }

void serve_terminal_input(exchange& asked) {
  name_terminal(asked);
  write(asked, read_terminal_input);
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
