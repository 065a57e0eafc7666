// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/terminal/size.hpp"

#include <functional>
#include <mutex>
#include <utility>

namespace strata {

/// Tells one viewer that somebody else changed the size of its terminal. Thread safe.
class size_news {
public:
  /// `take` must not block; it is called on any thread, and not any more once stop() returned.
  void when_changed(std::function<void(terminal_size)> take) {
    std::lock_guard guard{mutex_};
    take_ = std::move(take);
  }
  void stop() { when_changed(nullptr); }
  void tell(terminal_size size) {
    std::lock_guard guard{mutex_};
    if (take_)
      take_(size);
  }

private:
  std::mutex mutex_;
  std::function<void(terminal_size)> take_;
};

} // namespace strata
