// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/processes.hpp"

#include "protocols/json/process_json.hpp"
#include "protocols/mcp/tools/process_view.hpp"
#include "protocols/mcp/tools/run.hpp"

namespace strata {

namespace {

constexpr std::int64_t start_patience_ms = 1000, input_patience_ms = 500, signal_patience_ms = 500;

/// What a tool reads of the output after what it did.
struct output_wish {
  read_output operation;
  output_budget budget;
};

result<output_wish> read_reading(const tool_call& call, std::int64_t patience_ms) {
  output_wish wish;
  STRATA_TRY(wish.budget, read_budget(call));
  STRATA_TRY(wish.operation.wait_ms, read_patience(call, patience_ms));
  STRATA_CHECK(call.read("until", wish.operation.until));
  return wish;
}

result<start_process> decode_start(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "command", "argv", "cwd", "env", "user", "tag", "stdin",
                                "pty", "timeout_ms", "no_output_timeout_ms", "wait_ms", "until", "max_output_bytes", "ansi"}));
  start_process operation;
  STRATA_TRY(operation.session, session_of(call));
  STRATA_CHECK(call.read("command", operation.command));
  STRATA_CHECK(call.read("argv", operation.argv));
  STRATA_CHECK(call.read("cwd", operation.cwd));
  STRATA_CHECK(call.read("env", operation.env));
  STRATA_CHECK(call.read("user", operation.user));
  STRATA_CHECK(call.read("tag", operation.tag));
  STRATA_CHECK(call.read("timeout_ms", operation.timeout_ms));
  STRATA_CHECK(call.read("no_output_timeout_ms", operation.no_output_timeout_ms));
  bool input = false;
  bool terminal = false;
  STRATA_CHECK(call.read("stdin", input));
  STRATA_CHECK(call.read("pty", terminal));
  operation.stdin_mode = input ? "pipe" : "none";
  if (terminal)
    operation.pty.emplace();
  operation.merge = true;
  return operation;
}

result<read_output> decode_output(const tool_call& call) {
  STRATA_CHECK(call.allow_only(
    {"owner_id", "session_id", "uid", "sid", "process_id", "since", "tail", "wait_ms", "until", "max_output_bytes", "ansi"}));
  STRATA_TRY(auto operation, on_process<read_output>(call));
  STRATA_CHECK(call.read("since", operation.since));
  STRATA_CHECK(call.read("tail", operation.tail));
  return operation;
}

result<write_stdin> decode_input(const tool_call& call) {
  STRATA_CHECK(call.allow_only(
    {"owner_id", "session_id", "uid", "sid", "process_id", "text", "eof", "wait_ms", "until", "max_output_bytes", "ansi"}));
  STRATA_TRY(auto operation, on_process<write_stdin>(call));
  STRATA_CHECK(call.read("text", operation.bytes));
  STRATA_CHECK(call.read("eof", operation.eof));
  operation.wait_ms = input_patience_ms;
  return operation;
}

result<signal_process> decode_signal(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "process_id", "signal", "to"}));
  STRATA_TRY(auto operation, on_process<signal_process>(call));
  operation.to = "tree";
  STRATA_CHECK(call.read("signal", operation.signal));
  STRATA_CHECK(call.read("to", operation.to));
  return operation;
}

result<list_processes> decode_process_list(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "state", "limit", "cursor"}));
  list_processes operation;
  STRATA_TRY(operation.session, session_of(call));
  std::string state;
  STRATA_CHECK(call.read("state", state));
  if (!state.empty()) {
    const auto known = parse_process_state(state);
    if (!known)
      return error{errc::invalid_argument, "state is none of queued, running and ended", {{"field", "state"}}};
    operation.states.push_back(*known);
  }
  operation.limit = 50;
  STRATA_CHECK(call.read("limit", operation.limit));
  STRATA_CHECK(call.read("cursor", operation.cursor));
  return operation;
}

} // namespace

void run_process_start(std::shared_ptr<tool_call> call) {
  auto wish = read_reading(*call, start_patience_ms);
  if (!wish)
    return call->fail(wish.error());
  auto operation = decode_start(*call);
  auto session = operation ? operation->session : session_ref{};
  run(*call, std::move(operation), [wish = *wish, session](tool_call& to, const process_info& process) {
    auto reading = wish.operation;
    reading.session = session;
    reading.session.expect_uid = process.session_uid;
    reading.process = process.id;
    read_and_show(to, std::move(reading), wish.budget,
                  ordered_json{{"pid", process.pid}, {"session_created", process.session_created}});
  });
}

void run_process_output(std::shared_ptr<tool_call> call) {
  auto wish = read_reading(*call, 0);
  auto operation = decode_output(*call);
  if (!wish || !operation)
    return call->fail(!operation ? operation.error() : wish.error());
  operation->wait_ms = wish->operation.wait_ms;
  operation->until = wish->operation.until;
  read_and_show(*call, std::move(*operation), wish->budget, ordered_json::object());
}

/// What the process says to it begins where its output ends before the input is given.
void run_process_input(std::shared_ptr<tool_call> call) {
  auto wish = read_reading(*call, input_patience_ms);
  auto operation = decode_input(*call);
  if (!wish || !operation)
    return call->fail(!operation ? operation.error() : wish.error());
  get_process look{operation->session, operation->process, 0};
  run(*call, result<get_process>{std::move(look)},
      [wish = *wish, given = std::move(*operation)](tool_call& to, const process_info& before) {
        auto input = given;
        auto reading = wish.operation;
        reading.session = input.session;
        reading.session.expect_uid = before.session_uid;
        input.process = reading.process = before.id;
        reading.since = before.next;
        run(to, result<write_stdin>{std::move(input)},
            [reading, budget = wish.budget](tool_call& then, const accepted_input& accepted) {
              read_and_show(then, reading, budget, ordered_json{{"accepted", accepted.accepted}});
            });
      });
}

void run_process_signal(std::shared_ptr<tool_call> call) {
  auto operation = decode_signal(*call);
  const auto look = operation ? get_process{operation->session, operation->process, signal_patience_ms} : get_process{};
  run(*call, std::move(operation), [look](tool_call& to, const signalled_process&) {
    run(to, result<get_process>{look}, [](tool_call& then, const process_info& process) {
      const auto reason = process.end ? process.end->reason : std::string{};
      auto text = std::string{to_string(process.state)} + (reason.empty() ? "" : ", " + reason);
      then.succeed(ordered_json{{"process_id", process.id}, {"state", to_string(process.state)}, {"reason", reason}},
                   {std::move(text)});
    });
  });
}

void run_process_list(std::shared_ptr<tool_call> call) {
  run(*call, decode_process_list(*call), [](tool_call& to, const process_page& page) {
    auto structured = to_json(page);
    auto text = to_text(structured);
    to.succeed(std::move(structured), {std::move(text)});
  });
}

} // namespace strata
