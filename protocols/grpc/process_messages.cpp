// SPDX-License-Identifier: MIT
#include "protocols/grpc/process_messages.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

/// Where two requests begin to read.
template <class Request, class Operation> void read_place(const Request& asked, Operation& into) {
  into.session = session_of(asked.session());
  into.process = asked.process();
  into.stream = asked.stream();
  switch (asked.place_case()) {
  case Request::kSince: into.since = asked.since(); break;
  case Request::kTail: into.tail = asked.tail(); break;
  case Request::kFromEnd: into.from_end = asked.from_end(); break;
  case Request::PLACE_NOT_SET: break;
  }
}

result<std::string> policy_of(v1::OutputPolicy policy) {
  switch (policy) {
  case v1::OUTPUT_POLICY_UNSPECIFIED:
  case v1::OUTPUT_POLICY_DROP_OLDEST: return std::string{"drop-oldest"};
  case v1::OUTPUT_POLICY_BLOCK: return std::string{"block"};
  default: return unknown_enum("output_policy", policy);
  }
}

result<std::string> on_disconnect_of(v1::OnDisconnect what) {
  switch (what) {
  case v1::ON_DISCONNECT_UNSPECIFIED:
  case v1::ON_DISCONNECT_KEEP: return std::string{"keep"};
  case v1::ON_DISCONNECT_KILL: return std::string{"kill"};
  default: return unknown_enum("on_disconnect", what);
  }
}

} // namespace

result<std::vector<process_state>> states_of(const google::protobuf::RepeatedField<int>& states) {
  std::vector<process_state> known;
  for (const auto state : states) {
    if (state < v1::PROCESS_STATE_QUEUED || state > v1::PROCESS_STATE_ENDED)
      return unknown_enum("states", state);
    known.push_back(static_cast<process_state>(state - 1));
  }
  return known;
}

result<std::string> resize_policy_of(v1::ResizePolicy policy) {
  switch (policy) {
  case v1::RESIZE_POLICY_UNSPECIFIED: return std::string{};
  case v1::RESIZE_POLICY_LAST: return std::string{"last"};
  case v1::RESIZE_POLICY_SMALLEST: return std::string{"smallest"};
  default: return unknown_enum("resize", policy);
  }
}

result<start_process> operation_of(const v1::StartProcessRequest& asked) {
  start_process operation;
  operation.session = session_of(asked.session());
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  operation.argv = {asked.argv().begin(), asked.argv().end()};
  operation.command = asked.command();
  operation.cwd = asked.cwd();
  operation.env = {asked.env().begin(), asked.env().end()};
  operation.user = asked.user();
  operation.stdin_mode = asked.stdin() ? "pipe" : "none";
  if (asked.has_terminal())
    operation.pty = pty_request{asked.terminal().cols(), asked.terminal().rows()};
  STRATA_TRY(auto resize, resize_policy_of(asked.resize()));
  if (operation.pty && !resize.empty())
    operation.pty->resize = std::move(resize);
  operation.terminal_name = asked.name();
  operation.merge = asked.merge();
  operation.tag = asked.tag();
  if (asked.has_timeout()) {
    STRATA_TRY(operation.timeout_ms, milliseconds_of(asked.timeout(), "timeout"));
  }
  if (asked.has_no_output_timeout()) {
    STRATA_TRY(operation.no_output_timeout_ms, milliseconds_of(asked.no_output_timeout(), "no_output_timeout"));
  }
  STRATA_TRY(operation.on_disconnect, on_disconnect_of(asked.on_disconnect()));
  if (asked.has_output_cap_bytes())
    operation.output.cap_bytes = asked.output_cap_bytes();
  STRATA_TRY(operation.output.policy, policy_of(asked.output_policy()));
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  return operation;
}

get_process operation_of(const v1::GetProcessRequest& asked) { return {session_of(asked.session()), asked.process(), 0}; }

result<list_processes> operation_of(const v1::ListProcessesRequest& asked) {
  list_processes operation;
  operation.session = session_of(asked.session());
  STRATA_TRY(operation.states, states_of(asked.states()));
  for (const auto& word : asked.kinds()) {
    const auto kind = parse_process_kind(word);
    if (!kind)
      return error{errc::invalid_argument, "kinds is none of exec, process and terminal", {{"field", "kinds"}}};
    operation.kinds.push_back(*kind);
  }
  operation.tag = asked.tag();
  if (asked.page_size() != 0)
    operation.limit = asked.page_size();
  operation.cursor = asked.page_token();
  return operation;
}

result<get_process> operation_of(const v1::WaitProcessRequest& asked) {
  get_process operation{session_of(asked.session()), asked.process(), day_ms};
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  return operation;
}

result<end_process> operation_of(const v1::EndProcessRequest& asked) {
  end_process operation;
  operation.session = session_of(asked.session());
  operation.process = asked.process();
  if (asked.has_grace()) {
    STRATA_TRY(operation.grace_ms, milliseconds_of(asked.grace(), "grace"));
  }
  operation.purge = asked.purge();
  return operation;
}

result<write_stdin> operation_of(const v1::WriteStdinRequest& asked) {
  write_stdin operation;
  operation.session = session_of(asked.session());
  operation.process = asked.process();
  operation.bytes = asked.data();
  if (asked.has_at())
    operation.at = asked.at();
  operation.eof = asked.eof();
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  return operation;
}

write_stdin operation_of(const v1::CloseStdinRequest& asked) {
  write_stdin operation;
  operation.session = session_of(asked.session());
  operation.process = asked.process();
  operation.eof = true;
  return operation;
}

result<read_output> operation_of(const v1::ReadOutputRequest& asked) {
  read_output operation;
  read_place(asked, operation);
  if (asked.limit() != 0)
    operation.limit = asked.limit();
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  operation.until = asked.until();
  return operation;
}

attach_process operation_of(const v1::FollowOutputRequest& asked) {
  attach_process operation;
  read_place(asked, operation);
  operation.lag = asked.lag();
  return operation;
}

void encode(const process_end& end, v1::ProcessEvent::End& into) {
  into.set_reason(end.reason);
  if (end.exit_code)
    into.set_exit_code(*end.exit_code);
  if (end.signal)
    into.set_signal(*end.signal);
  into.set_timed_out(end.reason == "timed_out");
  into.mutable_limits_hit()->Add(end.limits_hit.begin(), end.limits_hit.end());
  into.set_left_running(end.left_running);
}

void encode(const process_info& process, v1::Process& into) {
  into.set_id(process.id);
  into.set_kind(std::string{to_string(process.kind)});
  into.set_name(process.name);
  into.set_tag(proto_text(process.tag));
  into.set_state(static_cast<v1::ProcessState>(static_cast<int>(process.state) + 1));
  into.set_pid(process.pid);
  into.set_command(proto_text(process.command));
  for (const auto& argument : process.argv)
    into.add_argv(proto_text(argument));
  into.set_cwd(proto_text(process.cwd));
  into.set_user(proto_text(process.user));
  into.set_shell(process.shell);
  into.set_merge(process.merge);
  into.set_has_stdin(process.has_stdin);
  if (process.terminal) {
    into.mutable_terminal()->set_cols(process.terminal->cols);
    into.mutable_terminal()->set_rows(process.terminal->rows);
  }
  into.set_viewers(process.viewers);
  set_time(process.created_at, *into.mutable_created_at());
  if (process.started_at)
    set_time(*process.started_at, *into.mutable_started_at());
  if (process.ended_at)
    set_time(*process.ended_at, *into.mutable_ended_at());
  if (process.end)
    encode(*process.end, *into.mutable_end());
  into.set_next(process.next);
  into.set_oldest(process.oldest);
  into.set_stdin_offset(process.stdin_offset);
  if (process.terminal)
    into.set_resize(process.resize == "smallest" ? v1::RESIZE_POLICY_SMALLEST : v1::RESIZE_POLICY_LAST);
}

void encode(const process_page& page, v1::ListProcessesResponse& into) {
  for (const auto& process : page.items)
    encode(process, *into.add_processes());
  into.set_next_page_token(page.next_cursor);
}

void encode(output_page page, v1::ReadOutputResponse& into) {
  into.set_id(page.id);
  for (auto& record : page.records) {
    auto event = event_of(std::move(record));
    auto& made = *into.add_records();
    if (event.has_gap())
      *made.mutable_gap() = std::move(*event.mutable_gap());
    else
      *made.mutable_output() = std::move(*event.mutable_output());
  }
  into.set_next(page.next);
  into.set_oldest(page.oldest);
  into.set_found(page.found);
  into.set_state(static_cast<v1::ProcessState>(static_cast<int>(page.state) + 1));
  if (page.end)
    encode(*page.end, *into.mutable_end());
}

v1::ProcessEvent event_of(const process_view& view) {
  v1::ProcessEvent event;
  auto& started = *event.mutable_started();
  started.set_id(view.info.id);
  started.set_pid(view.info.pid);
  started.set_session_uid(view.info.session_uid);
  started.set_offset(view.output->offset());
  return event;
}

v1::ProcessEvent event_of(const process_end& end, std::int64_t next) {
  v1::ProcessEvent event;
  encode(end, *event.mutable_end());
  event.mutable_end()->set_next(next);
  return event;
}

} // namespace strata
