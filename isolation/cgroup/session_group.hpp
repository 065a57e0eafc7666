// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/cgroup/limits.hpp"
#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// How often a session has run into its limits so far.
struct limit_events {
  std::uint64_t oom_kills = 0;    ///< processes killed because memory was used up
  std::uint64_t pids_refused = 0; ///< forks that failed
};

/// The cgroups of one session: one for its first process, one below it or beside it for everything else, so that neither a fork
/// bomb nor a freeze reaches the agent. Move-only; its end removes nothing (cgroup_tree::remove does). For one thread at a time.
class session_group {
public:
  session_group() = default; ///< of a host without cgroups: everything is empty
  session_group(session_group&&) noexcept = default;
  session_group& operator=(session_group&&) noexcept = default;

  /// Files to write the pid of the first process to (cgroups(7), cgroup.procs), one for each hierarchy.
  const std::vector<std::string>& places() const noexcept { return places_; }
  /// The file by which every other process goes to its group; empty: it stays with the first.
  const std::string& work_place() const noexcept { return work_place_; }
  /// Two reads of a few microseconds.
  limit_events events() const;
  /// In the order in which they can be removed.
  const std::vector<std::string>& directories() const noexcept { return directories_; }

private:
  friend class cgroup_tree;
  std::vector<std::string> places_;
  std::string work_place_;
  std::vector<std::string> directories_;
  unique_fd memory_events_; ///< memory.events or memory.oom_control
  unique_fd pids_events_;
};

} // namespace strata
