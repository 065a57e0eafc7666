// SPDX-License-Identifier: MIT
// S/terminals/{name}/screen.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/terminal_name.hpp"
#include "protocols/json/terminal_json.hpp"

namespace strata {

namespace {

enum class screen_format { json, text, ansi };

result<screen_format> read_format(const query_list& query) {
  const auto* format = find_parameter(query, "format");
  if (!format || *format == "json")
    return screen_format::json;
  if (*format == "text")
    return screen_format::text;
  if (*format == "ansi")
    return screen_format::ansi;
  return error{errc::invalid_argument, "format: expected json, text or ansi", {{"field", "format"}}};
}

result<get_screen> decode_screen(const exchange& asked) {
  get_screen operation;
  STRATA_TRY(operation.session, session_of(asked));
  operation.process = asked.path[2];
  STRATA_TRY(operation.version, read_number(asked.query, "version"));
  STRATA_TRY(operation.wait_ms, read_number(asked.query, "wait_ms"));
  STRATA_TRY(const auto quiet, read_number(asked.query, "quiet_ms"));
  operation.quiet_ms = quiet.value_or(0);
  return operation;
}

} // namespace

void serve_screen(exchange& asked) {
  name_terminal(asked);
  const auto format = read_format(asked.query);
  auto operation = decode_screen(asked);
  if (!format || !operation)
    return asked.fail(!format ? format.error() : operation.error());
  operation->styled = *format == screen_format::ansi;
  asked.call(std::move(*operation), [format = *format](exchange& to, const screen_shot& shot) {
    if (format == screen_format::json)
      return to.answer(to_json(shot));
    http_response answer;
    answer.content_type = "text/plain; charset=utf-8";
    answer.headers = {{"Strata-Version", std::to_string(shot.page.version)}};
    answer.body = screen_text(shot, format == screen_format::ansi);
    to.answer(std::move(answer));
  });
}

} // namespace strata
