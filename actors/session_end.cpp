// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/session.hpp"
#include "config/log.hpp"

#include <algorithm>

namespace strata {

void session::on(sandbox_died event) {
  if (!over())
    lose(event.cause);
}

void session::lose(const std::string& cause) {
  if (over())
    return;
  auto execs = std::exchange(execs_, {}); // what is queued counts on the state of the same session: it is not moved to a new one
  begin_close("sandbox_lost", cause, "");
  for (auto& [number, exec] : execs) {
    if (exec.request.operation.input)
      exec.request.operation.input->close();
    if (auto* process = processes_.find(number))
      set_ended(*process, {"sandbox_lost", {}, {}, {}, 0});
    exec.request.answer(lost_session("session was lost: " + cause, info_.uid, exec.begun()));
  }
}

void session::begin_close(std::string reason, std::string words, std::string exec_reason) {
  if (over())
    return;
  info_.state = session_state::closing;
  info_.closed_reason = std::move(reason);
  info_.state_reason = std::move(words);
  const auto lived = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.clock.wall() - info_.created_at).count();
  log::write(info_.closed_reason == "sandbox_lost" ? log_level::warn : log_level::info, "session.closing",
             {{"session", to_string(info_.key)},
              {"uid", info_.uid},
              {"reason", info_.closed_reason},
              {"why", info_.state_reason},
              {"lived_ms", lived}});
  ports_.registry(session_closing{snapshot()});
  const error closed = draining_ ? stopping() : lost_session("session was closed: " + info_.closed_reason, info_.uid, false);
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(closed);
  refuse_early(closed);
  close_processes(closed);
  watches_.clear();
  fail_files(lost_session("session was closed: " + info_.closed_reason, info_.uid, true));
  for (auto& [name, shell] : shells_) {
    for (auto& opener : std::exchange(shell.openers, {}))
      opener.request.answer(closed);
    for (auto& closer : std::exchange(shell.closers, {}))
      closer.answer(closed_shell{});
  }
  for (auto& [number, question] : std::exchange(questions_, {}))
    question.answer(no_session());
  for (auto exec = execs_.begin(); exec != execs_.end();) {
    auto here = exec++;
    if (!here->second.begun())
      finish(here, closed);
    else if (here->second.end_reason.empty()) // the first cause stands
      here->second.end_reason = exec_reason;  // the sandbox tells its end and its last output
  }
  await_end();
}

/// Nothing but the end of its processes matters any more.
void session::await_end() {
  deadlines_.clear();
  const auto patience = launching_ ? options_.create_timeout : options_.kill_patience;
  deadlines_.set(moment::close_patience, 0, ports_.clock.now() + patience);
  if (!launching_) // one that is being built is closed when it comes
    close_sandbox();
}

/// Its processes do not end (they hang in the kernel, say). Its place stays taken, but nobody waits for ever.
void session::give_up_waiting() {
  answer_leftovers();
  for (auto& closer : std::exchange(closers_, {}))
    closer.answer(error{errc::internal, "close session: its processes have not ended yet"});
}

/// The sandbox never told how these ended.
void session::answer_leftovers() {
  while (!execs_.empty())
    finish_unbegun(execs_.begin(), std::string{execs_.begin()->second.end_reason});
  end_processes();
}

void session::close_sandbox() {
  if (!sandbox_) {
    on(sandbox_gone{});
    return on(sandbox_files_gone{});
  }
  sandbox_->close([self = ports_.self] { self->post(sandbox_gone{}); },
                  [self = ports_.self] { self->post(sandbox_files_gone{}); });
}

void session::on(sandbox_gone) {
  if (std::exchange(gone_, true))
    return;
  deadlines_.clear();
  answer_leftovers();
  if (info_.state != session_state::failed)
    info_.state = session_state::closed;
  ports_.registry(session_gone{snapshot()});
  for (auto& closer : closers_)
    if (!closer.operation.wait_files)
      closer.answer(close_session_response{info_.closed_reason});
}

void session::on(sandbox_files_gone) {
  if (!gone_)
    on(sandbox_gone{});
  files_gone_ = true;
  for (auto& closer : std::exchange(closers_, {}))
    closer.answer(close_session_response{info_.closed_reason});
  finish_if_over();
}

void session::on(session_retire) {
  retired_ = true;
  finish_if_over();
}

void session::finish_if_over() {
  if (!files_gone_ || !retired_)
    return;
  ports_.registry(session_finished{info_.uid});
  ports_.finished();
}

void session::on(session_drain event) {
  draining_ = true;
  const error refused = stopping();
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(refused);
  refuse_early(refused);
  for (auto exec = execs_.begin(); exec != execs_.end();)
    if (auto here = exec++; !here->second.begun())
      finish(here, refused);
  const auto at = ports_.clock.now() + event.grace;
  drain_at_ = drain_at_ ? std::min(*drain_at_, at) : at; // asked again, it only gets shorter
  deadlines_.set(moment::drain, 0, *drain_at_);
}

} // namespace strata
