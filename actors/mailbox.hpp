// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace strata {

/// The address of an actor for those that know nothing of actors: sandboxes and protocols post events from any thread.
/// Once closed it swallows what comes; an event that is destroyed answers the call in it (reply).
/// Also cuts the cycle actor → sandbox → callback → actor.
template <class Event> class mailbox {
public:
  /// Puts the event where its reader finds it, or drops it. Must not call into this mailbox.
  using delivery = std::function<void(std::shared_ptr<Event>)>;

  explicit mailbox(delivery deliver = nullptr) : deliver_{std::move(deliver)} {}

  /// Never blocks longer than another post takes.
  void post(Event event) {
    // Held beyond the guard: an event that nobody took is destroyed here, and the call in it, once answered, may come back to us.
    const auto held = std::make_shared<Event>(std::move(event));
    std::lock_guard guard{mutex_};
    if (deliver_)
      deliver_(held);
  }

  void open(delivery deliver) {
    std::lock_guard guard{mutex_};
    deliver_ = std::move(deliver);
  }

  /// After this no delivery runs or begins.
  void close() {
    delivery dropped;
    std::lock_guard guard{mutex_};
    dropped.swap(deliver_);
  }

private:
  std::mutex mutex_;
  delivery deliver_;
};

} // namespace strata
