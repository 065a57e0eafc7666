// SPDX-License-Identifier: MIT
#pragma once

#include "actors/caf_facade.hpp"
#include "actors/session.hpp"

namespace strata {

/// Hears session_event, see there; every event changes the one session in it.
using session_actor = act::hears<session_event>;

struct session_actor_state {
  static inline const char* name = "strata.session";
  std::unique_ptr<session> it;
};

/// The body of the actor. `registry` and `launcher` must outlive it; `clock` tells its time.
session_actor::behavior_type run_session(session_actor::stateful_pointer<session_actor_state> self,
                                         std::shared_ptr<session_setup> setup, std::shared_ptr<mailbox<registry_event>> registry,
                                         std::shared_ptr<const runtime_options> options, sandbox_launcher* launcher,
                                         actor_clock clock);

} // namespace strata
