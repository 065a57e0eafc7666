// SPDX-License-Identifier: MIT
#include "isolation/agent/hunt.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <unistd.h>

namespace strata::agent {

namespace {

constexpr int stop_looks = 10;
constexpr int kill_looks = 1000; // at 5 ms each
constexpr int pause_ms = 5;

/// The agent or the keeper that a process is below; 0: neither, or its parent went while we looked.
pid_t owner_of(const process_facts& one, const std::map<pid_t, pid_t>& parents, const keepers& all, pid_t agent) {
  auto at = one.parent;
  for (std::size_t steps = 0; steps <= parents.size(); ++steps) {
    if (at == agent || all.is_keeper(at))
      return at;
    auto next = parents.find(at);
    if (next == parents.end())
      return 0;
    at = next->second;
  }
  return 0;
}

bool belongs(const hunting_ground& ground, const prey& sought, const process_facts& one, pid_t owner, pid_t agent) {
  if (one.pid == sought.keeper->main && !sought.keeper->told) // its number may be another's by now
    return sought.main_too;
  auto below_keeper = owner == sought.keeper->pid && sought.keeper->alive;
  if (below_keeper && sought.how == prey::reach::all)
    return true;
  if (!below_keeper && owner != agent && owner != 0)
    return false;
  auto mark = ground.proc.mark(one.pid);
  if (!mark)
    return false;
  if (below_keeper)
    return *mark <= sought.mark;
  // An orphan. A mark that was never given out is one's own work, to get away: such a process goes with any command.
  return sought.orphans.count(*mark) > 0 || (owner == agent && *mark < ground.marks.lowest());
}

class hunt : public std::enable_shared_from_this<hunt> {
public:
  hunt(const hunting_ground& ground, prey sought, std::function<void(std::uint32_t)> over)
    : ground_{ground}, sought_{std::move(sought)}, over_{std::move(over)} {}

  void stop_all() {
    bool new_ones = false;
    for (const auto& one : find_prey(ground_, sought_))
      if (stopped_.insert(one.pid).second && ::kill(one.pid, SIGSTOP) == 0)
        new_ones = true;
    if (!new_ones || ++looks_ >= stop_looks) {
      looks_ = 0;
      return kill_all();
    }
    // Those that were not running anyway cannot have forked since: most often one look suffices.
    stop_all_again();
  }

private:
  void stop_all_again() {
    ground_.loop.after(0, [self = shared_from_this()] { self->stop_all(); });
  }

  void kill_all() {
    auto found = find_prey(ground_, sought_);
    for (const auto& one : found)
      ::kill(one.pid, SIGKILL);
    empty_looks_ = found.empty() ? empty_looks_ + 1 : 0;
    if (empty_looks_ >= 2 || ++looks_ >= kill_looks)
      return over_(static_cast<std::uint32_t>(found.size()));
    // After the first blow they need a moment to die; an empty look is confirmed at once.
    ground_.loop.after(found.empty() ? 0 : looks_ == 1 ? 1 : pause_ms, [self = shared_from_this()] { self->kill_all(); });
  }

  hunting_ground ground_;
  prey sought_;
  std::function<void(std::uint32_t)> over_;
  std::set<pid_t> stopped_;
  int looks_ = 0;
  int empty_looks_ = 0;
};

} // namespace

std::vector<process_facts> find_prey(const hunting_ground& ground, const prey& sought) {
  auto processes = ground.proc.processes();
  std::map<pid_t, pid_t> parents;
  for (const auto& one : processes)
    parents[one.pid] = one.parent;
  auto agent = ::getpid();
  std::vector<process_facts> found;
  for (const auto& one : processes)
    if (one.pid != agent && one.alive() && !ground.all.is_keeper(one.pid)
        && belongs(ground, sought, one, owner_of(one, parents, ground.all, agent), agent))
      found.push_back(one);
  return found;
}

std::size_t signal_prey(const hunting_ground& ground, const prey& sought, int number) {
  std::size_t sent = 0;
  for (const auto& one : find_prey(ground, sought))
    sent += ::kill(one.pid, number) == 0;
  return sent;
}

void kill_prey(const hunting_ground& ground, prey sought, std::function<void(std::uint32_t)> over) {
  std::make_shared<hunt>(ground, std::move(sought), std::move(over))->stop_all();
}

} // namespace strata::agent
