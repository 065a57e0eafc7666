// SPDX-License-Identifier: MIT
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
  const bool exited = seen.how == command_end::cause::exited;
  if (exited)
    end.exit_code = seen.exit_code;
  // One that came to its own end before our kill reached it is told as it ended.
  const bool killed = seen.how == command_end::cause::killed || seen.signal == SIGKILL;
  if (!ended.end_reason.empty() && (ended.asked_to_end || killed))
    end.reason = ended.end_reason;
  else
    end.reason = exited ? "exited" : seen.how == command_end::cause::signalled ? "signalled" : "killed_by_user";
  return end;
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
  const auto kind = asked.pty ? process_kind::terminal : process_kind::process;
  const auto most = asked.pty ? options_.max_terminals : options_.max_processes;
  if (processes_.live(kind) >= most)
    return event.answer(too_many("start process", asked.pty ? "terminals" : "processes", most));
  if (asked.pty && !asked.terminal_name.empty() && processes_.terminal(asked.terminal_name))
    return event.answer(error{errc::invalid_argument,
                              fmt::format("start process: a terminal {} is there already", asked.terminal_name),
                              {{"field", "name"}}});
  auto& made = add_process(kind);
  made.info.tag = asked.tag;
  made.info.command = shortened(asked.command);
  made.info.argv = shortened(asked.argv);
  made.info.cwd = asked.cwd;
  made.info.user = asked.user;
  made.info.merge = asked.merge;
  made.timeout_ms = asked.timeout_ms;
  made.no_output_timeout_ms = asked.no_output_timeout_ms;
  made.blocks = asked.output.policy == "block";
  const auto cap = asked.output.cap_bytes.value_or(asked.pty ? options_.terminal_cap_bytes : options_.output_cap_bytes);
  made.output = journal::make({.head_bytes = asked.pty ? 0 : cap / 2, .tail_bytes = asked.pty ? cap : cap - cap / 2});
  command_spec spec;
  spec.command = asked.command;
  spec.argv = asked.argv;
  spec.env = asked.env;
  spec.cwd = asked.cwd;
  spec.user = asked.user;
  spec.merge = asked.merge;
  if (asked.pty) {
    made.info.name = asked.terminal_name.empty() ? made.info.id : asked.terminal_name;
    made.info.terminal = terminal_size{static_cast<std::uint16_t>(asked.pty->cols), static_cast<std::uint16_t>(asked.pty->rows)};
  }
  if (asked.pty || asked.stdin_mode == "pipe")
    made.input = std::make_shared<input_stream>();
  event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  made.starter = std::move(event);
  launch(made, std::move(spec));
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
  auto openers = std::exchange(started->openers, {});
  auto starter = std::exchange(started->starter, std::nullopt);
  if (!event.pid) {
    const auto& info = started->info;
    const auto failure = named(event.pid.error(), info.user.empty() ? user_ : info.user, info.cwd.empty() ? cwd_ : info.cwd);
    started->output->end({"sandbox_lost", {}, {}, {}, 0});
    processes_.erase(event.number);
    for (auto& opener : openers)
      opener.answer(failure);
    if (starter)
      starter->answer(failure);
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
  bool first = true;
  for (auto& opener : openers)
    view(*started, std::move(opener), std::exchange(first, false));
  if (starter)
    await_end_of(*started,
                 {event.number, starter->context.call_id, std::move(starter->answer), true, starter->session_created,
                  starter->operation.on_disconnect == "kill"},
                 starter->operation.wait_ms);
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
    for (auto& opener : std::exchange(each.openers, {}))
      opener.answer(closed);
    if (auto starter = std::exchange(each.starter, std::nullopt))
      starter->answer(closed);
    if (each.end_reason.empty())
      each.end_reason = info_.closed_reason == "sandbox_lost"      ? "sandbox_lost"
                        : info_.closed_reason == "session_expired" ? "session_expired"
                                                                   : "session_closed";
  }
  for (auto& [number, input] : std::exchange(inputs_, {}))
    input.tell(no_session());
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
