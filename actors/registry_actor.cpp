// SPDX-License-Identifier: MIT
#include "actors/registry_actor.hpp"

#include "actors/session_actor.hpp"

namespace strata {

namespace {

struct registry_state {
  static inline const char* name = "strata.registry";

  std::shared_ptr<mailbox<registry_event>> box;
  std::map<caf::actor_addr, std::pair<std::string, session_actor>> sessions; ///< to know who is down, and to end them with us
  std::unique_ptr<registry> it;

  ~registry_state() {
    if (box)
      box->close();
    for (const auto& [address, session] : sessions)
      act::kill(session.second);
  }
};

using registry_pointer = registry_actor::stateful_pointer<registry_state>;

/// One call that cannot be served (out of memory, say) must not take every session with it.
void handle(registry_state& state, registry_event event) {
  try {
    state.it->handle(std::move(event));
  } catch (const std::exception&) {
    // The call in the event was answered when the stack unwound.
  }
}

/// Starts one session's actor and watches it.
std::function<void(session_event)> start_session(registry_pointer self, std::shared_ptr<const runtime_options> options,
                                                 sandbox_launcher* launcher, const actor_clock& clock, session_setup setup) {
  auto uid = setup.info.uid;
  auto session = self->home_system().spawn(run_session, std::make_shared<session_setup>(std::move(setup)), self->state.box,
                                           std::move(options), launcher, clock);
  self->monitor(session);
  self->state.sessions.emplace(session.address(), std::pair{std::move(uid), session});
  return [session](session_event event) { act::tell(session, std::move(event)); };
}

registry_actor::behavior_type run_registry(registry_pointer self, std::shared_ptr<mailbox<registry_event>> box,
                                           std::shared_ptr<const runtime_options> options, sandbox_launcher* launcher,
                                           actor_clock clock) {
  auto& state = self->state;
  state.box = box;
  registry_ports ports;
  ports.start_session = [self, options, launcher, clock](session_setup setup) {
    return start_session(self, options, launcher, clock, std::move(setup));
  };
  ports.self = [box](registry_event event) { box->post(std::move(event)); };
  ports.clock = clock;
  state.it = std::make_unique<registry>(*options, std::move(ports));

  self->set_down_handler([self](const caf::down_msg& down) {
    auto session = self->state.sessions.extract(down.source);
    if (!session.empty()) // for one that finished in order this comes behind its session_finished, and says nothing new
      handle(self->state, session_actor_down{std::move(session.mapped().first)});
  });
  return {
    [self](const act::mail<registry_event>& mail) { handle(self->state, std::move(*mail.event)); },
  };
}

} // namespace

registry_actor start_registry(act::system& actors, std::shared_ptr<mailbox<registry_event>> box, runtime_options options,
                              sandbox_launcher& launcher, actor_clock clock) {
  auto registry =
    actors.spawn(run_registry, box, std::make_shared<const runtime_options>(std::move(options)), &launcher, std::move(clock));
  box->open([registry](std::shared_ptr<registry_event> event) { act::tell(registry, std::move(event)); });
  return registry;
}

} // namespace strata
