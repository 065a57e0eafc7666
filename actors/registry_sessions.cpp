// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/registry.hpp"
#include "actors/request_checks.hpp"

/// How sessions end, one by one and all together.
namespace strata {

void registry::on(call<close_session> event) {
  if (auto sound = check(event.operation); !sound)
    return event.answer(sound.error());
  const auto& session = event.operation.session;
  if (const auto* open = table_.open(session))
    return send(std::string{open->info->uid}, std::move(event));
  // By key there is nothing to close any more; by uid it is known how that one ended.
  const auto* ended = session.expect_uid.empty() ? nullptr : table_.any(session);
  if (!ended)
    return event.answer(no_session());
  if (event.operation.wait_files && sessions_.count(ended->info->uid) > 0) {
    file_waiters_.emplace(ended->info->uid, std::move(event)); // its session hears nothing from us any more
    return;
  }
  event.answer(close_session_response{ended->info->closed_reason});
}

void registry::on(session_changed event) { table_.update(std::move(event.info)); }
void registry::on(session_closing event) { table_.close(std::move(event.info)); }

void registry::on(session_gone event) {
  const auto uid = event.info->uid;
  table_.end(std::move(event.info), ports_.clock.now());
  send(uid, session_retire{});
}

void registry::on(session_finished event) {
  sessions_.erase(event.uid);
  const auto [first, last] = file_waiters_.equal_range(event.uid);
  for (auto waiter = first; waiter != last; ++waiter) {
    const auto* ended = table_.by_uid(event.uid);
    waiter->second.answer(close_session_response{ended ? ended->info->closed_reason : std::string{}});
  }
  file_waiters_.erase(first, last);
  tell_drained_if_empty();
}

void registry::on(session_actor_down event) {
  if (sessions_.erase(event.uid) == 0)
    return; // it finished in order
  const auto [first, last] = file_waiters_.equal_range(event.uid);
  for (auto waiter = first; waiter != last; ++waiter)
    waiter->second.answer(error{errc::internal, "wait for files of session: its actor ended by an internal error"});
  file_waiters_.erase(first, last);
  if (const auto* known = table_.by_uid(event.uid); known && known->where != session_table::phase::ended) {
    auto info = std::make_shared<session_info>(*known->info);
    info->state = session_state::closed;
    info->closed_reason = "sandbox_lost";
    info->state_reason = "its actor ended by an internal error";
    table_.end(std::move(info), ports_.clock.now());
  }
  tell_drained_if_empty();
}

void registry::on(answer_given event) { answers_.remember(event.caller, event.key, std::move(event.answer), ports_.clock.now()); }

void registry::on(registry_drain event) {
  draining_ = true;
  if (event.drained)
    drained_.push_back(std::move(event.drained));
  for (auto& [uid, post] : sessions_)
    post(session_drain{event.grace});
  tell_drained_if_empty();
}

void registry::tell_drained_if_empty() {
  if (!draining_ || !sessions_.empty())
    return;
  for (auto& drained : std::exchange(drained_, {}))
    drained();
}

} // namespace strata
