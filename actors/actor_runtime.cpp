// SPDX-License-Identifier: MIT
#include "actors/actor_runtime.hpp"

#include "actors/actor_gateway.hpp"
#include "actors/registry_actor.hpp"

namespace strata {

/// Destroyed last-first. The actor system waits for its actors, so they are told to end before.
struct actor_runtime::actors {
  std::shared_ptr<mailbox<registry_event>> box = std::make_shared<mailbox<registry_event>>();
  actor_gateway door{box}; ///< a `done` that runs while the system ends may still call it
  act::config config;
  act::system system;
  registry_actor registry;

  actors(runtime_options options, sandbox_launcher& launcher) : config{options.workers}, system{config} {
    actor_clock clock{[this] { return act::now(system); }, [] { return std::chrono::system_clock::now(); }};
    registry = start_registry(system, box, std::move(options), launcher, std::move(clock));
  }
  ~actors() {
    box->close();
    act::kill(registry);
  }
};

actor_runtime::actor_runtime(runtime_options options, sandbox_launcher& launcher)
  : actors_{std::make_unique<actors>(std::move(options), launcher)} {}

actor_runtime::~actor_runtime() = default;

gateway& actor_runtime::door() noexcept { return actors_->door; }

void actor_runtime::drain(std::chrono::milliseconds grace, std::function<void()> drained) {
  actors_->box->post(registry_drain{grace, std::move(drained)});
}

} // namespace strata
