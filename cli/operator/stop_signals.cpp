// SPDX-License-Identifier: MIT
#include "cli/operator/stop_signals.hpp"

#include <csignal>

namespace strata {

namespace {

bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

stop_signals::stop_signals(boost::asio::io_context& control) : signals_{control, SIGINT, SIGTERM} {
  if (!is_ignored(SIGHUP))
    signals_.add(SIGHUP);
  ::signal(SIGPIPE, SIG_IGN);
}

void stop_signals::listen(std::function<void(const std::string& name)> asked) {
  asked_ = std::move(asked);
  wait();
}

void stop_signals::wait() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled)
      return;
    asked_(number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGHUP");
    wait();
  });
}

} // namespace strata
