// SPDX-License-Identifier: MIT
#include "actors/session_actor.hpp"

namespace strata {

session_actor::behavior_type run_session(session_actor::stateful_pointer<session_actor_state> self,
                                         std::shared_ptr<session_setup> setup, std::shared_ptr<mailbox<registry_event>> registry,
                                         std::shared_ptr<const runtime_options> options, sandbox_launcher* launcher,
                                         actor_clock clock) {
  // Its state cannot be trusted after an exception (out of memory, say): the session ends, and only it. The registry hears
  // of it (session_actor_down), its calls are answered and its sandbox is closed when the state is destroyed.
  self->set_exception_handler([](std::exception_ptr&) -> caf::error { return caf::sec::runtime_error; });
  session_ports ports;
  ports.self = std::make_shared<mailbox<session_event>>(
    [handle = session_actor{self}](std::shared_ptr<session_event> event) { act::tell(handle, std::move(event)); });
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
