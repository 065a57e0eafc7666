// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/cgroup/hierarchies.hpp"
#include "isolation/cgroup/limits.hpp"
#include "isolation/cgroup/session_group.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The part of the host's cgroups that belongs to this server: below its own group, in each hierarchy that it may write, a
/// directory named after its session root. Unified controllers that were delegated come first (cgroups v2, "Delegation"), else
/// those of v1, one by one; what neither gives is not enforced here. Thread safe.
class cgroup_tree {
public:
  /// Finds out what can be had, and makes the server's directories. In the unified hierarchy the server moves itself, alone, into
  /// a leaf ("server"), since a group with controllers for its children holds no processes. Never fails: what does not work is
  /// not there, and `problems()` says why.
  cgroup_tree(const cgroup_hierarchies& found, std::string_view name);
  /// Removes the server's directories and what is left below them, as far as nothing lives there.
  ~cgroup_tree();
  cgroup_tree(const cgroup_tree&) = delete;
  cgroup_tree& operator=(const cgroup_tree&) = delete;

  /// By what memory, pids and processor time of a session are limited here; empty: by nothing.
  const limit_means& means() const noexcept { return means_; }
  const std::vector<std::string>& problems() const noexcept { return problems_; }

  /// The groups of a new session, with its limits. `uid`: [a-z0-9]+. An error leaves nothing.
  result<session_group> make(const std::string& uid, const resource_limits& limits);
  /// Removes what a killed server of the same name left, once its processes have been ended.
  void remove_leftovers();
  /// Removes them. What is still in use (a process that is not reaped yet) is removed with the next one, or at the end.
  void remove(const session_group& group);

private:
  void use_unified(const std::string& own, std::string_view name);
  void use_controllers(const cgroup_hierarchies& found, std::string_view name);
  result<session_group> make_unified(const std::string& uid, const resource_limits& limits);
  result<session_group> make_by_controller(const std::string& uid, const resource_limits& limits);
  void remove_all(std::vector<std::string> directories);

  std::string unified_;                     ///< the server's directory; empty: v1
  std::map<std::string, std::string> base_; ///< v1: controller → the server's directory
  limit_means means_;
  std::vector<std::string> problems_;
  std::mutex mutex_;
  std::vector<std::string> unremoved_;
};

} // namespace strata
