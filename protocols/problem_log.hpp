// SPDX-License-Identifier: MIT
#pragma once

#include "config/log_line.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace strata {

/// Takes a problem: what was tried, and facts; never secrets.
using problem_sink = std::function<void(std::string_view what, const std::vector<log_fact>& facts)>;

/// Tells the operator of trouble, at most once a second: whoever causes it must not fill the log as well. Thread safe.
class problem_log {
public:
  explicit problem_log(problem_sink tell) : tell_{std::move(tell)} {}

  /// `what` was tried, as "accept"; the facts say on what and why it failed. Those left unsaid are counted in `unsaid`.
  void report(std::string_view what, std::vector<log_fact> facts) {
    if (!tell_)
      return;
    {
      std::lock_guard guard{mutex_};
      const auto now = std::chrono::steady_clock::now();
      if (now < quiet_until_) {
        ++unsaid_;
        return;
      }
      quiet_until_ = now + std::chrono::seconds{1};
      if (unsaid_ > 0)
        facts.emplace_back("unsaid", unsaid_);
      unsaid_ = 0;
    }
    tell_(what, facts);
  }

private:
  problem_sink tell_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point quiet_until_{};
  std::uint64_t unsaid_ = 0;
};

} // namespace strata
