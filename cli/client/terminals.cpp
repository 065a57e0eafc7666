// SPDX-License-Identifier: MIT
#include "cli/client/terminals.hpp"

#include "cli/client/flag_values.hpp"
#include "cli/client/named_process.hpp"
#include "cli/client/process_input.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/whole_number.hpp"
#include "config/escaped.hpp"

#include <nlohmann/json.hpp>
#include <strata/v1/terminal.grpc.pb.h>
#include <unistd.h>

namespace strata::client {

namespace {

using terminal_stub = v1::TerminalService::Stub;

std::string json_of(const v1::GetScreenResponse& screen) {
  const auto& cursor = screen.cursor();
  nlohmann::ordered_json shown{
    {"id", screen.id()},
    {"name", screen.name()},
    {"cols", screen.size().cols()},
    {"rows", screen.size().rows()},
    {"lines", std::vector<std::string>{screen.lines().begin(), screen.lines().end()}},
    {"cursor", {{"row", cursor.row()}, {"col", cursor.col()}, {"visible", cursor.visible()}}},
    {"title", screen.title()},
    {"alternate", screen.alternate()},
    {"version", screen.version()},
    {"offset", screen.offset()},
    {"incomplete", screen.incomplete()},
    {"state", screen.state() == v1::PROCESS_STATE_ENDED ? "ended" : "running"},
  };
  return shown.dump(2) + '\n';
}

result<int> screen(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto request, named<v1::GetScreenRequest>(given, server));
  request.set_terminal(given.arguments.size() > 1 ? given.arguments[1] : "main");
  request.set_styled(given.has("--ansi"));
  STRATA_TRY(const auto wait, read_time(given, "--wait"));
  STRATA_TRY(const auto quiet, read_time(given, "--quiet"));
  STRATA_TRY(const auto version, whole_number(given, "--version-seen"));
  if (wait)
    *request.mutable_wait() = *wait;
  if (quiet)
    *request.mutable_quiet() = *quiet;
  if (version)
    request.set_version(*version);
  STRATA_TRY(const auto shown, ask(server, &terminal_stub::GetScreen, request, std::chrono::seconds{90}));
  if (given.has("--json")) {
    out << json_of(shown);
    return 0;
  }
  for (const auto& line : given.has("--ansi") ? shown.styled() : shown.lines())
    out << line << '\n';
  return 0;
}

result<int> press(const invocation& given, connection_to_server& server) {
  STRATA_TRY(auto request, named<v1::SendInputRequest>(given, server));
  auto name = given.arguments.at(1);
  if (name.starts_with("name:"))
    name.erase(0, 5);
  request.set_terminal(name);
  for (const auto& key : given.flags.at("--key"))
    request.add_keys(key);
  STRATA_CHECK(ask(server, &terminal_stub::SendInput, request));
  return 0;
}

result<int> input(const invocation& given, std::ostream&) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  if (given.has("--key"))
    return press(given, server);
  STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
  process_input to{server, ref_of(name), given.arguments.at(1)};
  std::string piece(64 << 10, '\0');
  for (;;) {
    const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0)
      return errno_error("read", "standard input");
    if (got == 0)
      break;
    STRATA_CHECK(to.give({piece.data(), static_cast<std::size_t>(got)}));
  }
  if (given.has("--eof"))
    STRATA_CHECK(to.end());
  return 0;
}

} // namespace

std::vector<command> terminal_commands(std::ostream& out) {
  return {
    {.words = {"screen"},
     .summary = "what is on the screen of a terminal now",
     .arguments = {session_argument(), {"TERMINAL", "its name, or its id as a process; default main", false}},
     .flags = with_client_flags({{"--ansi", "", "with colours and attributes"},
                                 {"--quiet", "TIME", "when it has stood still that long; at most 3s unless --wait is given"},
                                 {"--version-seen", "N", "with --wait: when its version (see --json) is another"},
                                 {"--wait", "TIME", "patience, at most 60s"},
                                 {"--json", "", "one JSON document, as REST has it"}}),
     .run = [&out](const invocation& given) { return screen(given, out); }},
    {.words = {"input"},
     .summary = "standard input to a process, or keys to a terminal",
     .arguments = {session_argument(), process_argument()},
     .flags =
       with_client_flags({{"--eof", "", "end of input after it"},
                          {"--key", "KEY", "press this key of a terminal instead: enter, ctrl-c, up, f5; repeatable", true}}),
     .run = [&out](const invocation& given) { return input(given, out); }},
  };
}

} // namespace strata::client
