// SPDX-License-Identifier: MIT
#include "actors/exec_record.hpp"

#include <csignal>

namespace strata {

namespace {

constexpr std::size_t default_output_bytes = 2 << 20;

captured_output shown(output_view view) { return {std::move(view.data), view.bytes, view.gap_at}; }

/// A command that came to its own end before our kill reached it is told as it ended.
bool ended_by_us(const exec_record& exec, const command_end& end) {
  const bool by_signal = end.how == command_end::cause::signalled && end.signal == SIGKILL;
  return !exec.end_reason.empty() && (exec.asked_to_end || end.how == command_end::cause::killed || by_signal);
}

} // namespace

const char* to_reason(const command_end& end) {
  if (end.how == command_end::cause::exited)
    return "exited";
  if (end.oom_killed)
    return "oom_killed";
  return end.how == command_end::cause::signalled ? "signalled" : "killed_by_user";
}

command_spec make_command(const exec_record& exec, const string_map& session_env, const std::string& session_user,
                          const std::string& session_cwd) {
  const auto& request = exec.request.operation;
  command_spec spec;
  spec.id = exec.id;
  spec.command = request.command;
  spec.env = request.env;
  spec.cwd = request.cwd;
  spec.stdin_data = request.stdin_data;
  spec.merge = request.merge;
  spec.argv = request.argv;
  spec.terminal = request.terminal;
  spec.input = request.input;
  spec.output = exec.output;
  const auto kept_by_default = exec.followed ? std::size_t{0} : default_output_bytes;
  spec.max_output_bytes = request.max_output_bytes ? static_cast<std::size_t>(*request.max_output_bytes) : kept_by_default;
  if (!exec.fresh()) {
    spec.shell = request.shell;
    return spec;
  }
  spec.env.insert(session_env.begin(), session_env.end()); // the call's own values stay
  spec.user = request.user.empty() ? session_user : request.user;
  if (spec.cwd.empty())
    spec.cwd = session_cwd;
  return spec;
}

exec_response make_answer(const exec_record& exec, const std::string& session_uid, steady_time now) {
  exec_response answer;
  answer.id = exec.id;
  answer.shell = exec.request.operation.shell;
  answer.session_uid = session_uid;
  answer.session_created = exec.request.session_created;
  answer.shell_restarted = exec.shell_restarted;
  if (exec.started)
    answer.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - *exec.started).count();
  return answer;
}

void add_output(exec_response& answer, command_output output) {
  answer.truncated = output.out.gap_at >= 0 || output.err.gap_at >= 0 || output.combined.gap_at >= 0;
  answer.next = output.out.bytes + output.err.bytes;
  answer.stdout_output = shown(std::move(output.out));
  answer.stderr_output = shown(std::move(output.err));
  answer.output = shown(std::move(output.combined));
}

void add_end(exec_response& answer, const exec_record& exec, command_end end) {
  answer.state = process_state::ended;
  answer.signal = end.signal;
  if (ended_by_us(exec, end)) {
    answer.reason = exec.end_reason;
    answer.timed_out = exec.end_reason == "timed_out";
    if (end.how == command_end::cause::exited)
      answer.exit_code = end.exit_code;
  } else if (end.how == command_end::cause::exited) {
    answer.reason = "exited";
    answer.exit_code = end.exit_code;
    answer.signal.reset();
  } else {
    answer.reason = to_reason(end);
  }
  answer.left_running = end.left_running;
  answer.limits_hit = std::move(end.limits_hit);
  answer.cwd = std::move(end.cwd);
  answer.shell_restarted = answer.shell_restarted || end.shell_ended;
  add_output(answer, std::move(end.output));
}

} // namespace strata
