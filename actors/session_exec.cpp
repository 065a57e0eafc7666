// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/session.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

using std::chrono::milliseconds;

error too_many_execs(std::string_view what) {
  return {errc::overloaded, fmt::format("exec: too many {} in this session", what), {{"retry_after", "1"}}};
}

/// Of a command that its shell would not begin.
std::optional<error> refusal_of(const command_end& end, const exec_request& request) {
  if (end.how == command_end::cause::cwd_refused)
    return error{errc::cwd_not_found, fmt::format("change to {}: the shell's user cannot enter it", request.cwd)};
  if (end.how != command_end::cause::env_refused || end.refused_variable >= request.env.size())
    return std::nullopt;
  const auto& name = std::next(request.env.begin(), static_cast<std::ptrdiff_t>(end.refused_variable))->first;
  return error{errc::invalid_argument,
               fmt::format("set env {}: it is readonly in shell {}", name, request.shell),
               {{"field", "env." + name}}};
}

} // namespace

void session::on(call<exec_request> event) {
  if (over())
    return ports_.registry(std::move(event)); // nothing of it has run: a new session may take it
  if (draining_)
    return event.answer(stopping());
  const auto waiting = std::count_if(execs_.begin(), execs_.end(), [](const auto& exec) { return !exec.second.begun(); });
  if (static_cast<std::size_t>(waiting) >= options_.max_queued_calls)
    return event.answer(too_many_execs("calls wait"));

  auto& process = add_exec(event.operation);
  const auto number = process.number;
  auto& exec = execs_[number];
  exec.number = number;
  exec.id = process.info.id;
  exec.output = process.output;
  exec.followed = static_cast<bool>(event.operation.on_started);
  exec.request = std::move(event);
  const auto now = ports_.clock.now();
  if (exec.request.operation.wait_ms)
    deadlines_.set(moment::call_wait, number, now + milliseconds{*exec.request.operation.wait_ms});
  if (exec.request.context.deadline)
    deadlines_.set(moment::call_deadline, number, *exec.request.context.deadline);
  exec.request.ticket->attach([self = ports_.self, id = exec.request.context.call_id] { self->post(client_gone{id}); });
  if (info_.state == session_state::ready)
    admit(exec);
}

process_record& session::add_exec(const exec_request& asked) {
  auto& made = add_process(process_kind::exec);
  made.info.command = shortened(asked.command);
  made.info.argv = shortened(asked.argv);
  made.info.cwd = asked.cwd;
  made.info.user = asked.user;
  made.info.shell = asked.shell;
  made.info.merge = asked.merge;
  made.info.terminal = asked.terminal;
  made.info.has_stdin = asked.input || asked.stdin_data;
  made.input = asked.input;
  made.no_output_timeout_ms = asked.no_output_timeout_ms;
  const auto cap = options_.output_cap_bytes;
  made.output = journal::make({.head_bytes = cap / 2, .tail_bytes = cap - cap / 2});
  if (asked.terminal) {
    made.info.resize = "last";
    made.screen = std::make_shared<live_screen>(made.output, *asked.terminal);
  }
  return made;
}

void session::admit(exec_record& exec) {
  if (!exec.fresh())
    return enqueue(exec);
  const auto fresh =
    std::count_if(execs_.begin(), execs_.end(), [](const auto& other) { return other.second.fresh() && other.second.begun(); });
  if (static_cast<std::size_t>(fresh) >= options_.max_fresh_execs)
    return finish(execs_.find(exec.number), too_many_execs("fresh commands run"));
  run(exec);
}

void session::run(exec_record& exec) {
  exec.at = exec_record::stage::starting;
  const auto number = exec.number;
  const auto attempt = ++exec.attempt;
  deadlines_.cancel(moment::queue_wait, number);
  exec.request.answer.on_drop(lost_session("session was lost: server stopped", info_.uid, true));
  // Counted from the answer `started`; until then from here, so that a sandbox that never answers holds nobody.
  if (const auto timeout = exec.request.operation.timeout_ms.value_or(options_.exec_timeout.count()); timeout > 0)
    deadlines_.set(moment::exec_timeout, number, ports_.clock.now() + milliseconds{timeout});
  deadlines_.set(moment::start_patience, number, ports_.clock.now() + options_.start_patience);
  if (exec.request.operation.on_started && !exec.reader)
    exec.reader = exec.output->follow(0, lag::hold_back).value();
  if (!exec.fresh())
    exec.shell_generation = shells_.at(exec.request.operation.shell).generation;
  sandbox_->run(
    make_command(exec, env_, user_, cwd_),
    [self = ports_.self, number, attempt](result<int> pid) {
      self->post(command_started{number, attempt, std::move(pid)});
    },
    [self = ports_.self, number, attempt](result<command_end> end) {
      self->post(command_ended{number, attempt, std::move(end)});
    });
}

void session::on(command_started event) {
  auto found = execs_.find(event.number);
  if (found == execs_.end() || found->second.attempt != event.attempt || found->second.at != exec_record::stage::starting)
    return;
  auto& exec = found->second;
  deadlines_.cancel(moment::start_patience, event.number);
  if (!event.pid) {
    const auto& failure = event.pid.error();
    if (over() && !exec.end_reason.empty())
      return finish_unbegun(found, std::string{exec.end_reason});
    if (failure.code == errc::session_lost)
      return lose(failure.message);
    if (failure.code == errc::shell_not_found && !exec.fresh())
      return on_shell_missing(found);
    const auto& asked = exec.request.operation;
    return finish(found, named(failure, asked.user.empty() ? user_ : asked.user, asked.cwd.empty() ? cwd_ : asked.cwd));
  }
  exec.at = exec_record::stage::running;
  exec.started = ports_.clock.now();
  auto& process = *processes_.find(event.number);
  process.info.state = process_state::running;
  process.info.pid = *event.pid;
  process.info.started_at = ports_.clock.wall();
  if (process.no_output_timeout_ms.value_or(0) > 0)
    await_silence(process);
  if (const auto timeout = exec.request.operation.timeout_ms.value_or(options_.exec_timeout.count());
      timeout > 0 && exec.end_reason.empty())
    deadlines_.set(moment::exec_timeout, event.number, *exec.started + milliseconds{timeout});
  exec.request.operation.command = {}; // up to 8 MiB each, and not needed any more
  exec.request.operation.stdin_data.reset();
  if (auto tell = std::exchange(exec.request.operation.on_started, nullptr))
    tell({exec.id, *event.pid, info_.uid, exec.request.session_created, std::move(exec.reader)});
  if (exec.call_over)
    hand_over(exec);
}

/// The shell ended between two commands (a background job killed it, say): nobody has run anything, so try once more.
void session::on_shell_missing(exec_iterator found) {
  auto& exec = found->second;
  auto& shell = shells_.at(exec.request.operation.shell); // it is there as long as somebody holds it
  if (shell.at == command_shell::stage::open) {
    shell.at = command_shell::stage::closed;
    shell.pid = 0;
  }
  exec.at = exec_record::stage::queued;
  if (!exec.end_reason.empty())
    return finish_unbegun(found, std::string{exec.end_reason});
  if (exec.attempt > 1)
    return finish(found,
                  error{errc::shell_lost, fmt::format("begin command in shell {}: it ended twice before it", shell.spec.name)});
  exec.shell_restarted = true;
  deadlines_.cancel(moment::exec_timeout, exec.number);
  pump(shell);
}

void session::on(command_ended event) {
  auto found = execs_.find(event.number);
  if (found == execs_.end() || found->second.attempt != event.attempt)
    return;
  auto& exec = found->second;
  auto answer = make_answer(exec, info_.uid, ports_.clock.now());
  if (!event.end) {
    if (over() && !exec.end_reason.empty()) { // we closed the sandbox under it
      answer.reason = exec.end_reason;
      return finish(found, std::move(answer));
    }
    if (event.end.error().code == errc::session_lost)
      return lose(event.end.error().message);
    return finish(found, event.end.error());
  }
  auto& end = *event.end;
  auto named = shells_.find(exec.request.operation.shell);
  // Not of a shell that took the name of one that was closed meanwhile.
  const bool in_shell = !exec.fresh() && named != shells_.end() && named->second.generation == exec.shell_generation;
  if (in_shell) {
    auto& shell = named->second;
    if (!end.cwd.empty())
      shell.cwd = end.cwd;
    if (end.cwd.empty())
      end.cwd = shell.cwd;
    if (end.shell_ended && shell.at == command_shell::stage::open) {
      shell.at = command_shell::stage::closed;
      shell.pid = 0;
    }
  }
  if (auto why = refusal_of(end, exec.request.operation); why && exec.end_reason.empty())
    return finish(found, std::move(*why));
  if (end.how == command_end::cause::shell_lost && exec.end_reason.empty()) {
    if (in_shell && named->second.at == command_shell::stage::open)
      close(named->second); // it does not take commands any more; the next call gets a new one
    return finish(found, error{errc::shell_lost,
                               fmt::format("begin command in shell {}: the shell did not take it", exec.request.operation.shell),
                               {{"shell_restarted", "true"}}});
  }
  if (end.how != command_end::cause::exited && end.how != command_end::cause::signalled)
    end.how = command_end::cause::killed;
  add_end(answer, exec, std::move(end));
  finish(found, std::move(answer));
}

void session::on(command_seen event) {
  auto found = execs_.find(event.number);
  if (found == execs_.end())
    return;
  auto& exec = found->second;
  auto answer = make_answer(exec, info_.uid, ports_.clock.now());
  answer.state = process_state::running;
  add_output(answer, std::move(event.output));
  exec.request.answer(std::move(answer));
}

} // namespace strata
