// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace strata {

/// Tells the operator of trouble, at most once a second: whoever causes it must not fill the log as well. Thread safe.
class problem_log {
public:
  explicit problem_log(std::function<void(const std::string&)> tell) : tell_{std::move(tell)} {}

  void report(std::string problem) {
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
        problem += " (and " + std::to_string(unsaid_) + " more before)";
      unsaid_ = 0;
    }
    tell_(problem);
  }

private:
  std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point quiet_until_{};
  std::uint64_t unsaid_ = 0;
};

} // namespace strata
