// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/signal_set.hpp>
#include <functional>
#include <string>

namespace strata {

/// Signals that ask a server to stop: SIGINT, SIGTERM, and SIGHUP unless it was ignored at the start (nohup). From the
/// constructor on they no longer end the process; SIGPIPE is ignored.
class stop_signals {
public:
  explicit stop_signals(boost::asio::io_context& control);

  /// `asked` with the signal's name, on the thread that runs `control`, for every signal, one that came before included.
  void listen(std::function<void(const std::string& name)> asked);

private:
  void wait();

  boost::asio::signal_set signals_;
  std::function<void(const std::string& name)> asked_;
};

} // namespace strata
