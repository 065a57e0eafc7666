// SPDX-License-Identifier: MIT
#pragma once

#include "actors/idempotency_table.hpp"
#include "actors/registry_event.hpp"
#include "actors/runtime_options.hpp"
#include "actors/session.hpp"
#include "actors/session_table.hpp"

#include <unordered_map>

namespace strata {

/// How the registry reaches the rest of the world. Nothing here blocks.
struct registry_ports {
  /// Starts a session's actor; the answer posts events to it.
  std::function<std::function<void(session_event)>(session_setup)> start_session;
  std::function<void(registry_event)> self; ///< thread safe
  actor_clock clock;
};

/// Knows every session: finds or makes it, hands calls on, counts, lists, and forgets. Knows no CAF: its actor hands it
/// one event after the other (registry_actor.cpp). It never waits: a session that is being made queues its own calls.
///
/// Every call to a session comes through here, so after session_retire none can follow: a session that is closing sends
/// back what came too late, and no call is lost between two sessions of a key.
class registry {
public:
  registry(const runtime_options& options, registry_ports ports);

  void handle(registry_event event);

private:
  void on(call<create_session> event);
  void on(call<get_session> event);
  void on(call<list_sessions> event);
  void on(call<close_session> event);
  void on(call<get_stats> event);
  /// What a session does, one that is made by the way or one that must be there.
  template <class Operation> void on(call<Operation> event);
  void on(session_changed event);
  void on(session_closing event);
  void on(session_gone event);
  void on(session_finished event);
  void on(session_actor_down event);
  void on(answer_given event);
  void on(registry_drain event);

  /// False: the call was answered (again, or refused). True: go on.
  template <class Operation> bool admit(call<Operation>& event);
  template <class Operation> void remember_answer(call<Operation>& event);
  /// False: the call was answered.
  template <class Operation, class... Options> bool sound(call<Operation>& event, const Options&... options);
  /// Hands a call that begins work to its session, which is made if need be and allowed.
  template <class Operation> void begin_work(call<Operation> event, bool may_create);
  /// Hands a call to a session that must be there.
  template <class Operation> void hand_to_live(call<Operation> event);

  result<const session_table::entry*> make(const create_session& request);
  void send(const std::string& uid, session_event event);
  void tell_drained_if_empty();

  const runtime_options options_;
  registry_ports ports_;
  session_table table_;
  idempotency_table answers_;
  /// Every session whose actor lives, also those that are closed for callers but not yet gone from the disk.
  std::unordered_map<std::string, std::function<void(session_event)>> sessions_;
  std::unordered_multimap<std::string, call<close_session>> file_waiters_; ///< for sessions that ended already
  bool draining_ = false;
  std::vector<std::function<void()>> drained_;
};

} // namespace strata
