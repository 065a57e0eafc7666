// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/event_loop.hpp"
#include "isolation/agent/keepers.hpp"
#include "isolation/agent/procfs.hpp"

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace strata::agent {

/// Which processes belong to one command.
struct prey {
  enum class reach {
    command, ///< a command of a shell: below its keeper, those with its mark or a lower one
    all,     ///< everything below the keeper
  } how = reach::all;
  std::shared_ptr<kept> keeper;
  birth_mark mark = 0;          ///< of the command
  std::set<birth_mark> orphans; ///< marks by which those are known that lost their keeper and came to the agent
  bool main_too = true;         ///< the keeper's main program, whatever its mark
};

/// What hunting needs to know.
struct hunting_ground {
  event_loop& loop;
  const procfs& proc;
  const keepers& all;
  const birth_marks& marks;
};

/// Live processes of the prey, in one look at /proc. A process that forks meanwhile may escape this look.
std::vector<process_facts> find_prey(const hunting_ground& ground, const prey& sought);

/// Sends a signal to every process of the prey, in one look. How many got it.
std::size_t signal_prey(const hunting_ground& ground, const prey& sought, int number);

/// Kills every process of the prey, without ever holding the loop for more than a look: first stops all, so that a
/// fork bomb stands still, then kills until two looks in a row find none, or five seconds are over (a process in the
/// kernel cannot be killed). `over` with the number of those that are left.
void kill_prey(const hunting_ground& ground, prey sought, std::function<void(std::uint32_t left)> over);

} // namespace strata::agent
