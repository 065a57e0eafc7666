// SPDX-License-Identifier: MIT
#include "cli/operator/last_resort.hpp"

#include <algorithm>
#include <cstdlib>
#include <poll.h>
#include <string_view>
#include <tuple>
#include <unistd.h>

namespace strata {

namespace {

[[noreturn]] void give_up() {
  constexpr std::string_view text = "strata: stop the server: something hangs; what is left is cleared away at the next start\n";
  // Not by the log, which may be what hangs.
  pollfd error_stream{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&error_stream, 1, 0) == 1)
    std::ignore = ::write(STDERR_FILENO, text.data(), text.size());
  std::_Exit(1);
}

} // namespace

last_resort::last_resort() : thread_{[this] { wait(); }} {}

last_resort::~last_resort() {
  {
    const std::lock_guard lock{guard_};
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void last_resort::end_process_in(std::chrono::milliseconds patience) {
  {
    const std::lock_guard lock{guard_};
    const auto wanted = std::chrono::steady_clock::now() + patience;
    due_ = due_ ? std::min(*due_, wanted) : wanted;
  }
  changed_.notify_one();
}

void last_resort::wait() {
  std::unique_lock lock{guard_};
  while (!over_) {
    if (!due_)
      changed_.wait(lock);
    else if (std::chrono::steady_clock::now() >= *due_)
      give_up();
    else
      changed_.wait_until(lock, *due_);
  }
}

} // namespace strata
