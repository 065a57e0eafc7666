// SPDX-License-Identifier: MIT
// The responses of shell.proto and the events of process.proto.
#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

void encode_captured(const captured_output& captured, v1::ExecResponse::Captured& into) {
  into.set_data(captured.data);
  into.set_bytes(captured.bytes);
  if (captured.gap_at >= 0)
    into.set_gap_at(captured.gap_at);
}

} // namespace

void encode(const exec_response& answer, v1::ExecResponse& into) {
  into.set_id(answer.id);
  into.set_state(static_cast<v1::ProcessState>(static_cast<int>(answer.state) + 1));
  into.set_reason(answer.reason);
  if (answer.exit_code)
    into.set_exit_code(*answer.exit_code);
  if (answer.signal)
    into.set_signal(*answer.signal);
  into.set_timed_out(answer.timed_out);
  set_duration(answer.elapsed_ms, *into.mutable_elapsed());
  encode_captured(answer.stdout_output, *into.mutable_stdout());
  encode_captured(answer.stderr_output, *into.mutable_stderr());
  encode_captured(answer.output, *into.mutable_output());
  into.set_truncated(answer.truncated);
  into.set_next(answer.next);
  into.mutable_limits_hit()->Add(answer.limits_hit.begin(), answer.limits_hit.end());
  into.set_left_running(answer.left_running);
  into.set_cwd(proto_text(answer.cwd));
  into.set_shell(answer.shell);
  into.set_shell_restarted(answer.shell_restarted);
  into.set_session_created(answer.session_created);
  into.set_session_uid(answer.session_uid);
}
static_assert(static_cast<int>(process_state::ended) + 1 == v1::PROCESS_STATE_ENDED);

void encode(const shell_info& shell, v1::Shell& into) {
  into.set_name(shell.name);
  into.set_created(shell.created);
  into.set_pid(shell.pid);
  into.set_cwd(proto_text(shell.cwd));
  into.set_user(proto_text(shell.user));
  into.set_holder(shell.holder);
  into.set_queued(shell.queued);
}

void encode(const shell_list& list, v1::ListShellsResponse& into) {
  for (const auto& shell : list.items)
    encode(shell, *into.add_shells());
}

v1::ProcessEvent event_of(const exec_started& begun) {
  v1::ProcessEvent event;
  auto& started = *event.mutable_started();
  started.set_id(begun.id);
  started.set_pid(begun.pid);
  started.set_session_uid(begun.session_uid);
  started.set_session_created(begun.session_created);
  return event;
}

v1::ProcessEvent event_of(journal_record record) {
  v1::ProcessEvent event;
  if (record.gap > 0) {
    event.mutable_gap()->set_offset(record.offset);
    event.mutable_gap()->set_length(record.gap);
    event.mutable_gap()->set_why(std::string{to_string(record.why)});
    return event;
  }
  auto& output = *event.mutable_output();
  output.set_offset(record.offset);
  output.set_stream(std::string{to_string(record.stream)});
  set_time(record.time, *output.mutable_time());
  output.set_data(std::move(record.bytes));
  return event;
}

v1::ProcessEvent event_of(const exec_response& answer) {
  v1::ProcessEvent event;
  if (answer.state != process_state::ended) {
    event.mutable_handed_over()->set_id(answer.id);
    event.mutable_handed_over()->set_next(answer.next);
    return event;
  }
  auto& end = *event.mutable_end();
  end.set_reason(answer.reason);
  if (answer.exit_code)
    end.set_exit_code(*answer.exit_code);
  if (answer.signal)
    end.set_signal(*answer.signal);
  end.set_timed_out(answer.timed_out);
  set_duration(answer.elapsed_ms, *end.mutable_elapsed());
  end.set_stdout_bytes(answer.stdout_output.bytes);
  end.set_stderr_bytes(answer.stderr_output.bytes);
  end.set_next(answer.next);
  end.mutable_limits_hit()->Add(answer.limits_hit.begin(), answer.limits_hit.end());
  end.set_left_running(answer.left_running);
  end.set_cwd(proto_text(answer.cwd));
  end.set_shell(answer.shell);
  end.set_shell_restarted(answer.shell_restarted);
  return event;
}

} // namespace strata
