// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace strata::agent {

/// The agent's only thread: epoll(7), level-triggered, and timers. A handler may be called without cause (its number
/// was reused within one batch), so every descriptor watched must be nonblocking. Handlers may forget any descriptor,
/// their own included.
class event_loop {
public:
  using handler = std::function<void(std::uint32_t events)>;
  using timer = std::uint64_t; ///< never 0

  event_loop();

  /// False: epoll refused (errno). `fd` stays the caller's, and must be forgotten before it is closed.
  bool watch(int fd, std::uint32_t events, handler ready);
  void change(int fd, std::uint32_t events);
  void forget(int fd);

  timer after(int milliseconds, std::function<void()> due);
  void cancel(timer id);

  [[noreturn]] void run();

private:
  static std::int64_t now_ms();
  int until_next_timer() const;
  void fire_timers();

  unique_fd epoll_;
  std::map<int, std::shared_ptr<handler>> handlers_;
  std::map<std::pair<std::int64_t, timer>, std::function<void()>> timers_;
  timer last_timer_ = 0;
};

} // namespace strata::agent
