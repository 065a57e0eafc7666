// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call.hpp"
#include "actors/event.hpp"
#include "actors/idempotency_table.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace strata {

/// A session's visible state changed in other than its counters.
struct session_changed {
  std::shared_ptr<const session_info> info;
};
/// A session takes no more calls; its key is free for a new one. Info carries state and reasons.
struct session_closing {
  std::shared_ptr<const session_info> info;
};
/// No process of it is left: its place is free.
struct session_gone {
  std::shared_ptr<const session_info> info;
};
/// Its files are gone too, and with them the session's actor.
struct session_finished {
  std::string uid;
};
/// A session's actor ended otherwise than by finishing.
struct session_actor_down {
  std::string uid;
};
/// A call with an idempotency key was answered.
struct answer_given {
  std::string caller;
  std::string key;
  idempotency_table::answer answer;
};
/// Stop in order; `drained` is called when no session is left.
struct registry_drain {
  std::chrono::milliseconds grace;
  std::function<void()> drained;
};

/// Everything that the registry hears: a call of every operation, and news. Calls that a closing session could not take come
/// back by the same door.
using registry_event = events_of<operations, session_changed, session_closing, session_gone, session_finished, session_actor_down,
                                 answer_given, registry_drain>::type;

} // namespace strata
