// SPDX-License-Identifier: MIT
// S/terminals: open, list, look at, resize and end.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/terminal_name.hpp"
#include "protocols/json/process_json.hpp"
#include "protocols/json/terminal_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

void open(exchange& asked, const std::string* name) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  auto operation = read_open_terminal(asked.request.body);
  if (operation && name && !operation->terminal.empty() && operation->terminal != *name)
    operation = error{errc::invalid_argument, "name differs from that of the path", {{"field", "name"}}};
  if (!operation)
    return asked.fail(operation.error());
  operation->session = std::move(*session);
  if (name)
    operation->terminal = *name;
  auto place = place_of(operation->session);
  asked.call(std::move(*operation), [place = std::move(place)](exchange& to, const process_info& terminal) {
    to.answer_headers.emplace_back("Location", fmt::format("{}/terminals/{}", place, percent_encode(terminal.name)));
    to.answer(to_json(terminal), terminal.created ? 201 : 200);
  });
}

result<resize_terminal> decode_resize(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_resize_terminal(asked.request.body));
  operation.session = std::move(session);
  operation.process = asked.path[2];
  return operation;
}

} // namespace

void serve_open_terminal(exchange& asked) { open(asked, nullptr); }

void serve_open_named_terminal(exchange& asked) { open(asked, &asked.path[2]); }

void serve_list_terminals(exchange& asked) {
  asked.query.emplace_back("kind", "terminal");
  serve_list_processes(asked);
}

void serve_get_terminal(exchange& asked) {
  name_terminal(asked);
  serve_get_process(asked);
}

void serve_resize_terminal(exchange& asked) {
  name_terminal(asked);
  auto operation = decode_resize(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const process_info& terminal) { to.answer(to_json(terminal)); });
}

void serve_end_terminal(exchange& asked) {
  name_terminal(asked);
  serve_end_process(asked);
}

void serve_terminal_output(exchange& asked) {
  name_terminal(asked);
  serve_output(asked);
}

} // namespace strata
