// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace strata {

/// Ends the process with exit code 1 when its orderly end takes too long, whatever hangs. A thread that sleeps until then.
class last_resort {
public:
  last_resort();
  ~last_resort();
  last_resort(const last_resort&) = delete;
  last_resort& operator=(const last_resort&) = delete;

  /// Thread safe; a later call can only shorten it.
  void end_process_in(std::chrono::milliseconds patience);

private:
  void wait();

  std::mutex guard_;
  std::condition_variable changed_;
  std::optional<std::chrono::steady_clock::time_point> due_;
  bool over_ = false;
  std::thread thread_;
};

} // namespace strata
