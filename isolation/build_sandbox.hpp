// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/launch.hpp"
#include "isolation/sandbox_host.hpp"

#include <chrono>
#include <functional>

namespace strata {

/// How long the parts of a launch took.
struct launch_times {
  std::chrono::microseconds queued{0};    ///< until a thread was free
  std::chrono::microseconds directory{0}; ///< ids, the session's directory, the base
  std::chrono::microseconds launch{0};    ///< launcher, maps, overlays, bwrap, until the agent was ready
};

/// The processes of a sandbox that lives, and what belongs to them.
struct built_sandbox {
  launched processes;
  unique_fd directory; ///< of the session, O_PATH
  sandbox_facts facts;
  std::shared_ptr<session_group> group; ///< its cgroups; they go with the files
  /// Moves the files to the host's trash; the ids are free when they are deleted. Once, and not before every process has ended.
  /// Dropped without a call, the directory stays for the next server to find.
  std::function<void(std::function<void()> files_gone)> discard_files;
  launch_times times;
};

/// Makes one from nothing: ids, directory, processes. A failure leaves nothing. Blocks for milliseconds: on a launch thread.
/// Thread safe.
result<built_sandbox> build_sandbox(sandbox_host& host, overlay_driver driver, const sandbox_spec& spec);

} // namespace strata
