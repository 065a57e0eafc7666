// SPDX-License-Identifier: MIT
#include "actors/exec_record.hpp"
#include "actors/early_calls.hpp"
#include "actors/refusals.hpp"
#include "actors/session.hpp"

#include <csignal>
#include <fmt/format.h>

namespace strata {

namespace {

using std::chrono::milliseconds;

/// Silence is looked for that many times within its timeout.
constexpr int looks_for_silence = 8;

process_end end_of(const process_record& ended, const command_end& seen) {
  process_end end;
  end.left_running = seen.left_running;
  end.signal = seen.signal;
  if (seen.how == command_end::cause::exited)
    end.exit_code = seen.exit_code;
  // One that came to its own end before our kill reached it is told as it ended.
  const bool killed = seen.how == command_end::cause::killed || seen.signal == SIGKILL;
  if (!ended.end_reason.empty() && (ended.asked_to_end || killed))
    end.reason = ended.end_reason;
  else
    end.reason = to_reason(seen);
  end.limits_hit = seen.limits_hit;
  return end;
}

terminal_size size_of(const pty_request& asked) {
  return {static_cast<std::uint16_t>(asked.cols), static_cast<std::uint16_t>(asked.rows)};
}

} // namespace

process_record& session::add_process(process_kind kind) {
  const auto number = ++last_number_;
  return processes_.add(number, kind, info_.uid, ports_.clock.wall());
}

void session::on(call<start_process> event) {
  if (over())
    return ports_.registry(std::move(event));
  if (draining_)
    return event.answer(stopping());
  if (too_early(event))
    return;
  const auto& asked = event.operation;
  auto begun = asked.pty ? make_terminal(asked.terminal_name, size_of(*asked.pty),
                                         asked.output.cap_bytes.value_or(options_.terminal_cap_bytes))
                         : make_process(asked);
  if (!begun)
    return event.answer(begun.error());
  auto& made = **begun;
  made.info.tag = asked.tag;
  made.info.command = shortened(asked.command);
  made.info.argv = shortened(asked.argv);
  made.info.cwd = asked.cwd;
  made.info.user = asked.user;
  made.info.merge = asked.merge;
  if (asked.pty)
    made.info.resize = asked.pty->resize;
  made.timeout_ms = asked.timeout_ms;
  made.no_output_timeout_ms = asked.no_output_timeout_ms;
  made.blocks = asked.output.policy == "block";
  command_spec spec;
  spec.command = asked.command;
  spec.argv = asked.argv;
  spec.env = asked.env;
  spec.cwd = asked.cwd;
  spec.user = asked.user;
  spec.merge = asked.merge;
  event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  const auto held = std::make_shared<call<start_process>>(std::move(event));
  const bool wanted_by_client = held->operation.on_disconnect == "kill";
  made.starters.push_back(
    {held->context.call_id, wanted_by_client, [this, held, wanted_by_client](result<process_record*> started) {
       if (!started)
         return held->answer(started.error());
       await_end_of(
         **started,
         {(*started)->number, held->context.call_id, std::move(held->answer), true, held->session_created, wanted_by_client},
         held->operation.wait_ms);
     }});
  launch(made, std::move(spec));
}

result<process_record*> session::make_process(const start_process& asked) {
  if (processes_.live(process_kind::process) >= options_.max_processes)
    return too_many("start process", "processes", options_.max_processes);
  auto& made = add_process(process_kind::process);
  const auto cap = asked.output.cap_bytes.value_or(options_.output_cap_bytes);
  made.output = journal::make({.head_bytes = cap / 2, .tail_bytes = cap - cap / 2});
  if (asked.stdin_mode == "pipe")
    made.input = std::make_shared<input_stream>();
  return &made;
}

void session::launch(process_record& process, command_spec spec) {
  spec.id = process.info.id;
  spec.env.insert(env_.begin(), env_.end()); // the call's own values stay
  if (spec.user.empty())
    spec.user = user_;
  if (spec.cwd.empty())
    spec.cwd = cwd_;
  spec.terminal = process.info.terminal;
  spec.output = process.output;
  spec.input = process.input;
  spec.max_output_bytes = 0;
  spec.keep = true;
  process.info.has_stdin = process.input != nullptr;
  const auto number = process.number;
  deadlines_.set(moment::start_patience, number, ports_.clock.now() + options_.start_patience);
  sandbox_->run(
    std::move(spec),
    [self = ports_.self, number](result<int> pid) {
      self->post(process_started{number, std::move(pid)});
    },
    [self = ports_.self, number](result<command_end> end) {
      self->post(process_ended{number, std::move(end)});
    });
}

void session::on(process_started event) {
  auto* started = processes_.find(event.number);
  if (!started || started->info.state != process_state::queued)
    return;
  deadlines_.cancel(moment::start_patience, event.number);
  auto starters = std::exchange(started->starters, {});
  if (!event.pid) {
    const auto& info = started->info;
    const auto failure = named(event.pid.error(), info.user.empty() ? user_ : info.user, info.cwd.empty() ? cwd_ : info.cwd);
    started->output->end({"sandbox_lost", {}, {}, {}, 0});
    processes_.erase(event.number);
    for (auto& starter : starters)
      starter.started(failure);
    if (!over() && failure.code == errc::session_lost)
      lose(failure.message);
    return;
  }
  started->info.pid = *event.pid;
  started->info.state = process_state::running;
  started->info.started_at = ports_.clock.wall();
  if (started->timeout_ms.value_or(0) > 0)
    deadlines_.set(moment::process_timeout, event.number, ports_.clock.now() + milliseconds{*started->timeout_ms});
  if (started->no_output_timeout_ms.value_or(0) > 0)
    await_silence(*started);
  for (auto& starter : starters)
    starter.started(started);
}

void session::await_silence(process_record& process) {
  const auto step = milliseconds{std::max<std::int64_t>(*process.no_output_timeout_ms / looks_for_silence, 1)};
  deadlines_.set(moment::silence, process.number, ports_.clock.now() + step);
}

void session::look_for_silence(process_record& process) {
  const auto bytes = process.output->next();
  process.quiet_looks = bytes == std::exchange(process.quiet_since, bytes) ? process.quiet_looks + 1 : 0;
  if (process.quiet_looks < looks_for_silence)
    return await_silence(process);
  if (const auto exec = execs_.find(process.number); exec != execs_.end())
    return kill(exec->second, "no_output");
  kill(process, "no_output");
}

void session::kill(process_record& process, std::string reason) {
  if (process.ended())
    return;
  if (process.end_reason.empty())
    process.end_reason = std::move(reason);
  for (auto what : {moment::process_timeout, moment::silence, moment::end_grace})
    deadlines_.cancel(what, process.number);
  deadlines_.set(moment::kill_patience, process.number, ports_.clock.now() + options_.kill_patience);
  sandbox_->end_command(process.info.id);
}

void session::on(process_ended event) {
  auto* ended = processes_.find(event.number);
  if (!ended || ended->ended())
    return;
  if (event.end)
    return set_ended(*ended, end_of(*ended, *event.end));
  set_ended(*ended, {ended->end_reason.empty() ? "sandbox_lost" : ended->end_reason, {}, {}, {}, 0});
}

/// Of an exec, too.
void session::set_ended(process_record& process, process_end end) {
  for (auto what : {moment::process_timeout, moment::silence, moment::end_grace, moment::kill_patience})
    deadlines_.cancel(what, process.number);
  for (auto& limit : process.output->limits_hit())
    end.limits_hit.push_back(std::move(limit));
  if (process.input)
    process.input->close();
  counters_->output_bytes += process.output->next();
  process.info.state = process_state::ended;
  process.info.ended_at = ports_.clock.wall();
  process.info.end = end;
  process.output->end(std::move(end));
  for (auto wait = waits_.begin(); wait != waits_.end();)
    if (auto here = wait++; here->second.process == process.number)
      give_up_waiting_for(here->first);
  if (process.purge)
    processes_.erase(process.number);
  processes_.retire();
  touch();
}

/// The session ends: who waits is answered, and the sandbox ends the rest.
void session::close_processes(const error& closed) {
  for (auto& [number, each] : processes_.all()) {
    if (each.ended())
      continue;
    for (auto& starter : std::exchange(each.starters, {}))
      starter.started(closed);
    if (each.end_reason.empty())
      each.end_reason = info_.closed_reason == "sandbox_lost"      ? "sandbox_lost"
                        : info_.closed_reason == "session_expired" ? "session_expired"
                                                                   : "session_closed";
  }
  for (auto& [number, input] : std::exchange(inputs_, {}))
    input.tell(no_session());
  for (auto& [number, look] : std::exchange(screen_waits_, {}))
    look.asked.answer(no_session());
  for (auto& [number, typed] : std::exchange(typing_, {}))
    typed.answer(no_session());
}

/// The sandbox never told how these ended.
void session::end_processes() {
  std::vector<std::uint64_t> left; // ending one may forget others
  for (const auto& [number, each] : processes_.all())
    if (!each.ended())
      left.push_back(number);
  for (const auto number : left)
    if (auto* process = processes_.find(number))
      set_ended(*process, {process->end_reason, {}, {}, {}, 0});
  for (auto& [number, query] : std::exchange(queries_, {}))
    query.second->expire();
  for (auto& [number, wait] : std::exchange(waits_, {}))
    wait.answer(no_session());
}

} // namespace strata
