// SPDX-License-Identifier: MIT
#include "cli/client/process_list.hpp"

#include "cli/client/console.hpp"
#include "cli/client/named_process.hpp"
#include "cli/client/process_text.hpp"
#include "cli/client/session_call.hpp"

#include <strata/v1/process.grpc.pb.h>
#include <thread>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr std::chrono::seconds between_looks{1};
/// To the top left corner, and nothing below (ECMA-48: CUP, ED).
constexpr std::string_view new_page = "\x1b[H\x1b[J";

result<std::vector<v1::Process>> look(connection_to_server& server, v1::ListProcessesRequest request) {
  std::vector<v1::Process> found;
  do {
    STRATA_TRY(auto page, ask(server, &v1::ProcessService::Stub::ListProcesses, request));
    std::move(page.mutable_processes()->begin(), page.mutable_processes()->end(), std::back_inserter(found));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return found;
}

result<int> list(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto request, named<v1::ListProcessesRequest>(given, server));
  if (!given.has("-a,--all"))
    for (const auto state : {v1::PROCESS_STATE_QUEUED, v1::PROCESS_STATE_RUNNING})
      request.add_states(state);
  request.set_tag(given.value("--tag"));
  const auto shown = [&](const std::vector<v1::Process>& found) {
    return given.has("--json") ? processes_json(found).dump(2) + "\n" : processes_table(found);
  };
  if (!given.has("--watch")) {
    STRATA_TRY(const auto found, look(server, request));
    out << shown(found);
    return 0;
  }
  for (const bool person = ::isatty(STDOUT_FILENO) == 1;;) {
    STRATA_TRY(const auto found, look(server, request));
    if (!write_all(STDOUT_FILENO, (person ? std::string{new_page} : std::string{}) + shown(found)))
      return 0; // nobody reads any more
    std::this_thread::sleep_for(between_looks);
  }
}

} // namespace

command ps_command(std::ostream& out) {
  return {.words = {"ps"},
          .summary = "list what runs in a session: execs, processes, terminals",
          .arguments = {session_argument()},
          .flags = with_client_flags({{"-a,--all", "", "those that have ended, too"},
                                      {"--tag", "TAG", "only with this tag"},
                                      {"--watch", "", "again every second, until ctrl-c"},
                                      {"--json", "", "one JSON document, as REST has it; with --watch one after the other"}}),
          .run = [&out](const invocation& given) { return list(given, out); }};
}

} // namespace strata::client
