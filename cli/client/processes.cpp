// SPDX-License-Identifier: MIT
#include "cli/client/processes.hpp"

#include "cli/client/console.hpp"
#include "cli/client/flag_values.hpp"
#include "cli/client/named_process.hpp"
#include "cli/client/process_text.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/session_text.hpp"
#include "cli/client/whole_number.hpp"

#include <fmt/format.h>
#include <strata/v1/process.grpc.pb.h>
#include <unistd.h>

namespace strata::client {

namespace {

using process_stub = v1::ProcessService::Stub;

constexpr std::chrono::seconds no_deadline{0};

/// Output as it is; a gap is told on standard error, so that what is missing is not taken for what was written.
bool show(const v1::ProcessEvent& event, const invocation& given) {
  if (event.has_gap()) {
    const auto text = fmt::format("strata: {} bytes of output are missing at offset {} ({})\n", event.gap().length(),
                                  event.gap().offset(), event.gap().why());
    return write_all(STDERR_FILENO, text);
  }
  if (!event.has_output())
    return true;
  const auto& output = event.output();
  if (given.has("--timestamps") && !write_all(STDOUT_FILENO, time_text(output.time()) + ' ' + output.stream() + ' '))
    return false;
  return write_all(output.stream() == "stderr" ? STDERR_FILENO : STDOUT_FILENO, output.data());
}

result<int> follow(connection_to_server& server, const v1::ReadOutputRequest& from, const invocation& given) {
  v1::FollowOutputRequest request;
  *request.mutable_session() = from.session();
  request.set_process(from.process());
  request.set_stream(from.stream());
  if (from.place_case() == v1::ReadOutputRequest::kTail)
    request.set_tail(from.tail());
  else
    request.set_since(from.since());
  STRATA_TRY(const auto channel, server.channel());
  const auto context = server.context(no_deadline);
  const auto events = v1::ProcessService::NewStub(channel)->FollowOutput(context.get(), request);
  v1::ProcessEvent event;
  bool ended = false;
  while (events->Read(&event)) {
    ended = ended || event.has_end();
    if (!show(event, given)) {
      context->TryCancel(); // nobody reads us
      break;
    }
  }
  const auto status = events->Finish();
  if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED)
    return error_of(status);
  return ended ? 0 : 1;
}

result<int> logs(const invocation& given, std::ostream&) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto request, named<v1::ReadOutputRequest>(given, server));
  request.set_stream(given.value("--stream"));
  STRATA_TRY(const auto since, whole_number(given, "--since"));
  STRATA_TRY(const auto tail, whole_number(given, "--tail"));
  if (since && tail)
    return error{errc::invalid_argument, "--since and --tail are given together"};
  if (tail)
    request.set_tail(*tail);
  else
    request.set_since(since.value_or(0));
  if (given.has("-f,--follow"))
    return follow(server, request, given);
  request.set_limit(1 << 20);
  for (;;) {
    STRATA_TRY(auto page, ask(server, &process_stub::ReadOutput, request));
    for (auto& record : *page.mutable_records()) {
      v1::ProcessEvent event;
      if (record.has_gap())
        *event.mutable_gap() = std::move(*record.mutable_gap());
      else
        *event.mutable_output() = std::move(*record.mutable_output());
      if (!show(event, given))
        return 0;
    }
    if (page.records().empty())
      return 0;
    request.set_since(page.next());
  }
}

result<int> wait(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto request, named<v1::WaitProcessRequest>(given, server));
  STRATA_TRY(const auto patience, read_time(given, "--timeout"));
  if (patience)
    *request.mutable_wait() = *patience;
  STRATA_TRY(const auto found, ask(server, &process_stub::WaitProcess, request, no_deadline));
  if (given.has("--json"))
    out << process_json(found.process()).dump(2) << '\n';
  return exit_code_of(found.process());
}

result<int> end(const invocation& given, std::ostream&) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  if (given.has("-s,--signal")) {
    STRATA_TRY(auto request, named<v1::SignalProcessRequest>(given, server));
    request.set_signal(given.value("-s,--signal"));
    const auto to = given.value("--to");
    if (!to.empty() && to != "tree" && to != "process" && to != "group")
      return error{errc::invalid_argument, "--to: expected process, group or tree"};
    request.set_to(to == "process" ? v1::SIGNAL_TARGET_PROCESS
                   : to == "group" ? v1::SIGNAL_TARGET_GROUP
                                   : v1::SIGNAL_TARGET_TREE);
    STRATA_CHECK(ask(server, &process_stub::SignalProcess, request));
    return 0;
  }
  if (given.has("--to"))
    return error{errc::invalid_argument, "--to needs a signal (-s)"};
  STRATA_TRY(auto request, named<v1::EndProcessRequest>(given, server));
  STRATA_TRY(const auto grace, read_time(given, "--grace"));
  if (grace)
    *request.mutable_grace() = *grace;
  STRATA_CHECK(ask(server, &process_stub::EndProcess, request, no_deadline));
  return 0;
}

} // namespace

std::vector<command> process_commands(std::ostream& out) {
  const auto doing = [&out](result<int> (*what)(const invocation&, std::ostream&)) {
    return [&out, what](const invocation& given) { return what(given, out); };
  };
  const auto session = session_argument();
  const auto process = process_argument();
  return {
    {.words = {"logs"},
     .summary = "what a process has written, also after its end",
     .arguments = {session, process},
     .flags = with_client_flags({{"-f,--follow", "", "on to its end"},
                                 {"--since", "OFFSET", "from this offset on; 0 if not given"},
                                 {"--tail", "BYTES", "the last so many bytes"},
                                 {"--stream", "NAME", "only stdout, stderr or output"},
                                 {"--timestamps", "", "time and stream before each record"}}),
     .run = doing(logs)},
    {.words = {"wait"},
     .summary = "wait for the end of a process; its exit code, 128+n on a signal, 124 when it has not ended",
     .arguments = {session, process},
     .flags = with_client_flags({{"--timeout", "TIME", "patience; it never kills"}, json_flag}),
     .run = doing(wait)},
    {.words = {"kill"},
     .summary = "end a process and all that it started: TERM, after a grace KILL; or send a signal",
     .arguments = {session, process},
     .flags = with_client_flags({{"-s,--signal", "NAME", "only send this one"},
                                 {"--to", "process|group|tree", "whom the signal goes to; tree if not given"},
                                 {"--grace", "TIME", "between TERM and KILL; 2s if not given"}}),
     .run = doing(end)},
  };
}

} // namespace strata::client
