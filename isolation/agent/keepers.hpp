// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/event_loop.hpp"
#include "isolation/agent/keeper.hpp"
#include "isolation/agent/procfs.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace strata::agent {

/// For a keeper to report a death; then it is killed, so that the zombie comes to us (it may have been stopped).
inline constexpr int report_ms = 500;

/// One keeper, as the agent sees it.
struct kept {
  struct callbacks {
    std::function<void(pid_t main)> started;
    std::function<void(wire::refusal why, int number)> failed;
    /// Once after `started`, whoever reaped it. `others`: something that it started may live on.
    std::function<void(int status, bool others)> ended;
  };

  pid_t pid = 0;
  pid_t main = 0; ///< 0: not even forked
  uid_t user = 0;
  gid_t group = 0;
  std::string shell; ///< the name of the shell that it keeps, else empty
  bool alive = true; ///< the keeper itself
  unique_fd reports;
  callbacks on;
  bool started = false;      ///< and told so
  std::optional<int> status; ///< of main, when known
  bool told = false;
};

/// All keepers, and everything that is reaped here: keepers, and what a killed keeper left behind.
class keepers {
public:
  keepers(event_loop& loop, const procfs& proc) : loop_{loop}, proc_{proc} {}

  /// Watches SIGCHLD, which must be blocked.
  bool start();

  /// Starts `what` under a keeper of its own. Empty: errno. The descriptors of `what` are closed here afterwards.
  std::shared_ptr<kept> launch(program what, std::string shell, kept::callbacks on);

  bool is_keeper(pid_t pid) const { return all_.count(pid) > 0; }
  /// The keepers of one shell name, of former instances too.
  std::vector<std::shared_ptr<kept>> of_shell(const std::string& name) const;

private:
  void drain(const std::shared_ptr<kept>& one);
  void take(kept& one, const keeper_report& report);
  void reap();
  void on_keeper_gone(const std::shared_ptr<kept>& one);
  void on_orphan(pid_t pid, int status);
  void tell_start(kept& one);
  void tell_failure(kept& one, wire::refusal why, int number);
  void tell_end(kept& one, int status, bool others);

  event_loop& loop_;
  const procfs& proc_;
  unique_fd signals_;
  std::map<pid_t, std::shared_ptr<kept>> all_;
  std::map<pid_t, std::shared_ptr<kept>> orphaned_mains_; ///< by main: its keeper is gone
};

} // namespace strata::agent
