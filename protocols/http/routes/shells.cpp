// SPDX-License-Identifier: MIT
// Named command shells: GET S/shells, PUT and DELETE S/shells/{name}.
#include "protocols/http/routes.hpp"
#include "protocols/json/shell_json.hpp"

namespace strata {

namespace {

result<open_shell> decode_open(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_open_shell(asked.request.body));
  operation.session = std::move(session);
  operation.shell = asked.path[2];
  return operation;
}

} // namespace

void serve_list_shells(exchange& asked) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  asked.call(list_shells{std::move(*session)}, [](exchange& to, const shell_list& shells) { to.answer(to_json(shells)); });
}

void serve_open_shell(exchange& asked) {
  auto operation = decode_open(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation),
             [](exchange& to, const shell_info& shell) { to.answer(to_json(shell), shell.created ? 201 : 200); });
}

void serve_close_shell(exchange& asked) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  asked.call(close_shell{std::move(*session), asked.path[2]}, [](exchange& to, const closed_shell&) { to.answer_nothing(); });
}

} // namespace strata
