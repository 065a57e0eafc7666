// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "actors/runtime_options.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace strata {

/// The actors of one server: the registry, its sessions and the threads they run on. No CAF type shows here.
class actor_runtime {
public:
  /// Starts the threads and the registry. The launcher must outlive the runtime.
  actor_runtime(runtime_options options, sandbox_launcher& launcher);
  /// Stops whatever still lives: calls in flight are answered `draining` (or `session_lost` when their command had
  /// begun) and every sandbox is closed, but nobody waits for its files; drain() first does. Blocks until the actors
  /// are gone. Not to be called from a `done` or `drained` callback.
  ~actor_runtime();
  actor_runtime(const actor_runtime&) = delete;
  actor_runtime& operator=(const actor_runtime&) = delete;

  /// Valid as long as the runtime. Thread safe.
  gateway& door() noexcept;

  /// Takes no new work from now on (`draining`), refuses what is queued, gives running execs `grace`, then closes every
  /// session. `drained` is called once, on a worker thread, when no process and no file of a session is left; it must
  /// not block. Thread safe; a second call only shortens the grace and adds its callback.
  void drain(std::chrono::milliseconds grace, std::function<void()> drained);

private:
  struct actors;
  std::unique_ptr<actors> actors_;
};

} // namespace strata
