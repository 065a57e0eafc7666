// SPDX-License-Identifier: MIT
#include "cli/client/shell.hpp"

#include "cli/client/session_call.hpp"
#include "cli/client/terminal_view.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace strata::client {

namespace {

result<session_name> chosen_session(const invocation& given, const connection_to_server& server) {
  auto owner = given.value("--user");
  if (owner.empty())
    owner = server.owner().empty() ? "testuser" : server.owner();
  if (given.arguments.empty()) {
    const auto session = given.value("--session");
    return session_name{owner, session.empty() ? fmt::format("cli-{}", ::getpid()) : session, {}};
  }
  if (!given.value("--session").empty())
    return error{errc::invalid_argument, "a session is named twice (SESSION and --session)"};
  return parse_session_name(given.arguments.front(), owner);
}

/// Whether it was made for this.
result<bool> make_sure(connection_to_server& server, session_name& name) {
  if (!name.uid.empty()) {
    v1::GetSessionRequest request;
    *request.mutable_session() = ref_of(name);
    STRATA_CHECK(ask(server, &session_stub::GetSession, request));
    return false;
  }
  v1::CreateSessionRequest request;
  *request.mutable_session() = ref_of(name);
  STRATA_TRY(const auto made, ask(server, &session_stub::CreateSession, request));
  return made.session().created();
}

result<int> run_shell(const invocation& given, std::ostream& out) {
  std::optional<terminal_view> view;          // ends after the console, whose thread uses it
  std::optional<console> here{std::in_place}; // before gRPC's threads
  STRATA_TRY(auto keys, detach_keys::parse(given.has("--detach-keys") ? given.value("--detach-keys") : "ctrl-p,ctrl-q"));
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto name, chosen_session(given, server));
  STRATA_TRY(const bool made, make_sure(server, name));
  const bool closes = made && !given.has("--keep");
  out << "=== Strata CLI ===\n"
      << "Server: " << server.address() << '\n'
      << "User: " << (name.uid.empty() ? name.owner : "-") << '\n'
      << "Session: " << (name.uid.empty() ? name.session : "@" + name.uid) << '\n'
      << (closes ? "'exit' or ctrl-d ends the shell and closes the session.\n"
                 : "'exit' or ctrl-d ends the shell; the session stays.\n")
      << std::endl;

  STRATA_TRY(const auto channel, server.channel());
  view.emplace(server, channel, *here,
               view_order{name, given.value("--terminal"), given.has("--read-only"), std::move(keys), {}, false});
  const auto code = view->follow();
  here.reset(); // the terminal has its mode back
  if (closes) {
    v1::CloseSessionRequest request;
    *request.mutable_session() = ref_of(name);
    const auto closed = ask(server, &session_stub::CloseSession, request);
    if (closed || closed.error().code == errc::session_not_found)
      out << "Session closed\n";
    else if (code)
      return error{closed.error().code, "close session: " + closed.error().message};
  }
  if (!code)
    return code.error();
  return code->value_or(0);
}

} // namespace

command shell_command(std::ostream& out) {
  return {
    .words = {"cli"},
    .aliases = {"shell"},
    .summary = "a shell in a session, on this terminal",
    .arguments = {{"SESSION", "OWNER/SESSION, or SESSION of --user; left out: --session", false}},
    .flags = with_client_flags({{"--user", "OWNER", "owner of the session; default testuser"},
                                {"--session", "NAME", "name of the session; default cli-<pid>"},
                                {"--terminal", "NAME", "which of its terminals; default main"},
                                {"--read-only", "", "only look"},
                                {"--keep", "", "leave a session that this command made open"},
                                {"--detach-keys", "KEYS", "leave the terminal as it is; default ctrl-p,ctrl-q; empty: none"}}),
    .run = [&out](const invocation& given) { return run_shell(given, out); },
  };
}

} // namespace strata::client
