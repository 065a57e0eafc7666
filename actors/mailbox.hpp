// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace strata {

/// The address of an actor for those that know nothing of actors: sandboxes and protocols post events from any thread.
/// Once closed it swallows what comes; an event that is destroyed answers the call in it (reply).
/// Also cuts the cycle actor → sandbox → callback → actor.
template <class Event>
class mailbox {
public:
  explicit mailbox(std::function<void(Event)> deliver = nullptr) : deliver_{std::move(deliver)} {}

  /// Never blocks longer than another post takes.
  void post(Event event) {
    // `event` outlives the guard: destroying it may call into this mailbox again.
    std::lock_guard guard{mutex_};
    if (deliver_)
      deliver_(std::move(event));
  }

  void open(std::function<void(Event)> deliver) {
    std::lock_guard guard{mutex_};
    deliver_ = std::move(deliver);
  }

  /// After this no delivery runs or begins.
  void close() {
    std::function<void(Event)> dropped;
    std::lock_guard guard{mutex_};
    dropped.swap(deliver_);
  }

private:
  std::mutex mutex_;
  std::function<void(Event)> deliver_;
};

} // namespace strata
