// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace strata {

/// Joins the client of one call with whoever works for it: tells the worker, once, that the client went away, whichever
/// of the two comes first. Thread safe.
class call_ticket {
public:
  /// From now on `worker` hears of a disconnect; at once when it has happened already. A later worker replaces the former.
  void attach(std::function<void()> worker) {
    {
      std::lock_guard guard{mutex_};
      if (!gone_) {
        worker_ = std::move(worker);
        return;
      }
    }
    worker();
  }

  /// The client is gone. `worker` runs on the calling thread.
  void disconnect() {
    std::function<void()> worker;
    {
      std::lock_guard guard{mutex_};
      gone_ = true;
      worker = std::exchange(worker_, nullptr);
    }
    if (worker)
      worker();
  }

private:
  std::mutex mutex_;
  bool gone_ = false;
  std::function<void()> worker_;
};

} // namespace strata
