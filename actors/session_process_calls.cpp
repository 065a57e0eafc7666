// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/request_checks.hpp"
#include "actors/session.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>

namespace strata {

namespace {

using std::chrono::milliseconds;

/// What a terminal takes for the end of its input at the start of a line (VEOF, termios(3)).
constexpr char end_of_input_key = 4;

signal_target target_of(const std::string& to) {
  return to == "tree" ? signal_target::tree : to == "group" ? signal_target::group : signal_target::process;
}

error has_ended(const process_info& info) {
  return {errc::process_ended, fmt::format("process {} has ended", info.id), {{"process_id", info.id}}};
}

} // namespace

void session::on(call<list_processes> event) {
  if (over())
    return event.answer(no_session());
  event.answer(processes_.list(event.operation));
}

void session::on(call<get_process> event) {
  if (over())
    return event.answer(no_session());
  auto found = processes_.find(event.operation.process);
  if (!found)
    return event.answer(found.error());
  event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  await_end_of(**found, {(*found)->number, event.context.call_id, std::move(event.answer)}, event.operation.wait_ms);
}

void session::await_end_of(process_record& process, process_wait wait, std::int64_t wait_ms) {
  const auto number = ++last_wait_;
  waits_.emplace(number, std::move(wait));
  if (process.ended() || wait_ms <= 0 || waits_.size() > options_.max_queued_calls)
    return give_up_waiting_for(number);
  deadlines_.set(moment::process_wait, number, ports_.clock.now() + milliseconds{wait_ms});
}

/// Answers with the process as it is.
void session::give_up_waiting_for(std::uint64_t number) {
  auto wait = waits_.extract(number);
  deadlines_.cancel(moment::process_wait, number);
  if (wait.empty())
    return;
  const auto* process = processes_.find(wait.mapped().process);
  if (!process)
    return wait.mapped().answer(error{errc::process_not_found, "process was forgotten meanwhile"});
  auto info = process->shown();
  info.created = wait.mapped().created;
  info.session_created = wait.mapped().session_created;
  touch();
  wait.mapped().answer(std::move(info));
}

void session::on(call<end_process> event) {
  if (over())
    return event.answer(no_session());
  auto found = processes_.find(event.operation.process);
  if (!found)
    return event.answer(found.error());
  auto& process = **found;
  process.purge = process.purge || event.operation.purge;
  if (process.ended()) {
    event.answer(process.shown());
    if (process.purge)
      processes_.erase(process.number);
    return;
  }
  const auto number = process.number;
  const auto grace = event.operation.grace_ms;
  // However long it takes: the kill has a patience of its own, after which the session is lost.
  await_end_of(process, {number, event.context.call_id, std::move(event.answer)}, 24 * 60 * 60 * 1000);
  const auto exec = execs_.find(number);
  if (exec != execs_.end() && !exec->second.begun())
    return kill(exec->second, "killed_by_user");
  process.asked_to_end = true;
  if (process.end_reason.empty())
    process.end_reason = "killed_by_user";
  if (exec != execs_.end())
    exec->second.asked_to_end = true;
  if (grace > 0 && process.info.state == process_state::running) {
    sandbox_->signal_command(process.info.id, SIGTERM, signal_target::tree, [](const result<bool>&) {}); // it may just have ended
    deadlines_.set(moment::end_grace, number, ports_.clock.now() + milliseconds{grace});
    if (exec != execs_.end() && exec->second.end_reason.empty())
      exec->second.end_reason = "killed_by_user";
    return;
  }
  exec != execs_.end() ? kill(exec->second, "killed_by_user") : kill(process, "killed_by_user");
}

void session::on(call<signal_process> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  const auto& info = (*found)->info;
  if (info.state == process_state::ended)
    return event.answer(has_ended(info));
  if (info.state == process_state::queued)
    return event.answer(error{errc::process_ended, fmt::format("process {} has not started", info.id)});
  touch();
  auto done = std::make_shared<reply<signalled_process>>(std::move(event.answer));
  sandbox_->signal_command(info.id, signal_number(asked.signal).value_or(0), target_of(asked.to),
                           [done](result<bool> sent) { sent ? (*done)(signalled_process{}) : (*done)(sent.error()); });
}

void session::on(call<write_stdin> event) {
  if (over())
    return event.answer(no_session());
  auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  auto& process = **found;
  if (process.ended())
    return event.answer(has_ended(process.info));
  if (!process.input)
    return event.answer(error{
      errc::stdin_closed,
      fmt::format("write input of process {}: it was started without one (stdin: pipe, or pty, gives it one)", process.info.id)});
  if (!asked.keys.empty())
    return type(process, std::move(event));
  std::int64_t waiting = static_cast<std::int64_t>(asked.bytes.size());
  for (const auto& [number, each] : processes_.all())
    waiting += each.input && !each.ended() ? each.input->accepted() - each.input->taken() : 0;
  if (waiting > options_.max_waiting_input)
    return event.answer(error{
      errc::overloaded, "write input: the processes of this session do not read what waits for them", {{"retry_after", "1"}}});
  if (inputs_.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "write input: too many calls wait", {{"retry_after", "1"}}});
  touch();
  const auto number = ++last_wait_;
  if (asked.eof && process.info.terminal)
    asked.bytes += end_of_input_key;
  auto fresh = process.input->offer(std::move(asked.bytes), asked.at, asked.eof && !process.info.terminal,
                                    [self = ports_.self, number](bool accepted) {
                                      self->post(input_taken{number, accepted});
                                    });
  if (!fresh)
    return event.answer(fresh.error());
  const accepted_input answer{*fresh, process.input->accepted(), asked.eof};
  if (*fresh == 0 || asked.wait_ms <= 0)
    return event.answer(answer);
  event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  inputs_.emplace(number, input_wait{event.context.call_id, process.input, answer, std::move(event.answer)});
  deadlines_.set(moment::input_wait, number, ports_.clock.now() + milliseconds{asked.wait_ms});
}

void session::on(input_taken event) {
  auto wait = inputs_.extract(event.number);
  deadlines_.cancel(moment::input_wait, event.number);
  if (wait.empty())
    return;
  if (event.accepted)
    wait.mapped().tell(wait.mapped().answer);
  else
    wait.mapped().tell(error{errc::stdin_closed, "write input: the process closed its input or ended before it had read all"});
}

/// The client of that call went away.
void session::forget_caller(std::uint64_t call_id) {
  for (auto& [number, process] : processes_.all()) {
    const auto unwanted = [&](const start_wait& wait) { return wait.call_id == call_id && wait.kill_when_left; };
    if (std::any_of(process.starters.begin(), process.starters.end(), unwanted))
      kill(process, "cancelled");
  }
  for (auto wait = waits_.begin(); wait != waits_.end();) {
    auto here = wait++;
    if (here->second.call_id != call_id)
      continue;
    auto* process = processes_.find(here->second.process);
    if (process && here->second.kill_when_left)
      kill(*process, "cancelled");
    give_up_waiting_for(here->first);
  }
  for (auto& [number, query] : queries_)
    if (query.first == call_id)
      query.second->expire();
  for (auto& [number, look] : screen_waits_)
    if (look.asked.context.call_id == call_id)
      due(moment::screen_wait, number);
  for (auto input = inputs_.begin(); input != inputs_.end();)
    if (auto here = input++; here->second.call_id == call_id)
      on(input_taken{here->first, true});
  for (const auto& [number, file] : files_)
    if (file.call_id == call_id)
      sandbox_->files().cancel(file.asked);
}

} // namespace strata
