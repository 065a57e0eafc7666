// SPDX-License-Identifier: MIT
#include "actors/session_actor.hpp"

namespace strata {

session_actor::behavior_type run_session(session_actor::stateful_pointer<session_actor_state> self, std::shared_ptr<session_setup> setup,
                                         std::shared_ptr<mailbox<registry_event>> registry, std::shared_ptr<const runtime_options> options,
                                         sandbox_launcher* launcher, actor_clock clock) {
  session_ports ports;
  ports.self = std::make_shared<mailbox<session_event>>(
    [handle = session_actor{self}](session_event event) { act::tell(handle, std::move(event)); });
  ports.registry = [registry](registry_event event) { registry->post(std::move(event)); };
  ports.clock = clock;
  ports.wake_at = [self, clock](steady_time at, std::uint64_t epoch) {
    act::tell_later(session_actor{self}, at - clock.now(), session_event{session_tick{epoch}});
  };
  ports.finished = [self] { self->quit(); };
  self->state.it = std::make_unique<session>(std::move(*setup), *options, std::move(ports));
  self->state.it->start(*launcher);
  return {
    [self](const act::mail<session_event>& mail) { self->state.it->handle(std::move(*mail.event)); },
  };
}

} // namespace strata
