// SPDX-License-Identifier: MIT
#include "actors/session.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

/// A tick further away than this is asked for in steps, so that ticks that were overtaken do not pile up in the clock.
constexpr std::chrono::seconds longest_wake{60};

} // namespace

void session::on(session_tick event) {
  if (event.epoch != wake_epoch_)
    return;
  wake_.reset();
  const auto now = ports_.clock.now();
  while (const auto reached = deadlines_.take_due(now))
    due(reached->first, reached->second);
}

void session::due(moment what, std::uint64_t number) {
  auto exec = execs_.find(number);
  const bool known = exec != execs_.end();
  switch (what) {
  case moment::create_timeout:
    return fail_launch(
      {errc::internal, fmt::format("create session: sandbox was not ready within {} ms", options_.create_timeout.count())});
  case moment::exec_timeout: return known ? kill(exec->second, "timed_out") : void();
  case moment::queue_wait:
    if (!known || exec->second.at != exec_record::stage::queued)
      return;
    if (auto& shell = shells_.at(exec->second.request.operation.shell);
        shell.queue.holder() != number
        && (shell.queue.holder() || shell.queue.waiting().front() != number)) // the first of an opening shell waits for no one
      finish(exec, busy_error(shell));
    return;
  case moment::process_timeout:
  case moment::silence:
  case moment::end_grace: return due_for_process(what, number);
  case moment::process_wait: return give_up_waiting_for(number);
  case moment::output_wait:
    if (const auto query = queries_.find(number); query != queries_.end())
      query->second.second->expire();
    return;
  case moment::input_wait: return on(input_taken{number, true});
  case moment::screen_quiet:
  case moment::screen_wait:
    if (const auto look = screen_waits_.find(number); look != screen_waits_.end()) {
      (what == moment::screen_wait ? look->second.over : look->second.still) = true;
      if (auto* terminal = processes_.find(look->second.process))
        terminal->screen->finish(number);
    }
    return;
  case moment::call_wait: return known ? hand_over(exec->second) : void();
  case moment::call_deadline: return known ? leave(exec->second) : void();
  case moment::start_patience:
    return lose(fmt::format("sandbox did not begin a command within {} ms", options_.start_patience.count()));
  case moment::kill_patience:
    return lose(fmt::format("sandbox did not end a command within {} ms", options_.kill_patience.count()));
  case moment::shell_patience:
    for (auto& [name, shell] : shells_)
      if (shell.number == number)
        return give_up(shell);
    return;
  case moment::stats_patience:
    return on(usage_seen{number, error{errc::internal, "read stats: sandbox did not tell them in time"}});
  case moment::close_patience: return give_up_waiting();
  case moment::drain: return begin_close("server_stopping", "", "session_closed");
  case moment::expiry: return begin_close("session_expired", "its absolute end was reached", "session_expired");
  case moment::idle: return begin_close("session_expired", fmt::format("idle for {} ms", info_.idle_ttl_ms), "session_expired");
  }
}

void session::due_for_process(moment what, std::uint64_t number) {
  auto* process = processes_.find(number);
  if (!process || process->ended())
    return;
  if (what == moment::silence)
    return look_for_silence(*process);
  const auto reason = what == moment::end_grace ? process->end_reason : std::string{"timed_out"};
  if (const auto exec = execs_.find(number); exec != execs_.end())
    return kill(exec->second, reason);
  kill(*process, reason);
}

void session::touch() {
  counters_->last_active = ports_.clock.wall().time_since_epoch().count();
  if (info_.idle_ttl_ms > 0)
    deadlines_.set(moment::idle, 0, ports_.clock.now() + std::chrono::milliseconds{info_.idle_ttl_ms});
}

void session::settle() {
  if (draining_ && !over() && !running())
    begin_close("server_stopping", "", "session_closed");
  const auto begun = std::count_if(execs_.begin(), execs_.end(), [](const auto& exec) { return exec.second.begun(); });
  counters_->running = begun;
  counters_->queued = static_cast<std::int64_t>(execs_.size()) - begun;
  counters_->shells = static_cast<std::int64_t>(shells_.size());
  if (over() || busy())
    deadlines_.cancel(moment::idle, 0);
  auto next = deadlines_.next();
  if (!next)
    return;
  const auto at = std::min(*next, ports_.clock.now() + longest_wake);
  if (wake_ && *wake_ <= at)
    return;
  wake_ = at;
  ports_.wake_at(at, ++wake_epoch_);
}

} // namespace strata
