// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/launch.hpp"
#include "isolation/launch_report.hpp"
#include "isolation/unique_fd.hpp"

#include <chrono>
#include <vector>

namespace strata {

/// One launch after its control socket exists: follows the report until the agent is ready, and undoes everything when it
/// goes out of scope without success: kills and reaps the launcher, the children of this process that it made and what
/// they started, and removes ctl.sock. One thread.
class launch_attempt {
public:
  explicit launch_attempt(int session_dir) noexcept : session_dir_{session_dir} {}
  launch_attempt(const launch_attempt&) = delete;
  launch_attempt& operator=(const launch_attempt&) = delete;
  ~launch_attempt();

  /// `report`: nonblocking read end. Takes the launcher in any case.
  result<launched> finish(unique_fd launcher, const unique_fd& report, std::chrono::steady_clock::time_point deadline);

  /// For a launch whose program is not to become ready but to end: waits for that. An error, with what was said, unless all went
  /// well. Takes the launcher in any case.
  result<void> complete(unique_fd launcher, const unique_fd& report, std::chrono::steady_clock::time_point deadline);

private:
  enum class outcome { ready, ended, out_of_time };

  result<outcome> follow(const unique_fd& report, std::chrono::steady_clock::time_point deadline);
  result<bool> take(const unique_fd& report);
  error explain(const char* what) const;
  void end_children();

  int session_dir_;
  unique_fd launcher_;
  unique_fd report_;
  std::vector<unique_fd> children_;
  launch_report said_;
  bool succeeded_ = false;
};

} // namespace strata
