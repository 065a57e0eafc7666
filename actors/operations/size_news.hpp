// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/terminal/size.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace strata {

/// Tells one viewer that somebody else changed the size of its terminal. What comes before anybody listens is kept, the last of it.
/// Thread safe.
class size_news {
public:
  /// `take` must not block; it is called on any thread, and not any more once stop() returned.
  void when_changed(std::function<void(terminal_size)> take) {
    std::lock_guard guard{mutex_};
    take_ = std::move(take);
    if (take_ && untold_)
      take_(*std::exchange(untold_, std::nullopt));
  }
  void stop() { when_changed(nullptr); }
  void tell(terminal_size size) {
    std::lock_guard guard{mutex_};
    if (take_)
      take_(size);
    else
      untold_ = size;
  }

private:
  std::mutex mutex_;
  std::function<void(terminal_size)> take_;
  std::optional<terminal_size> untold_;
};

} // namespace strata
