// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>

namespace strata {

/// How a server ends: no new work, a grace for running commands, sessions closed, connections closed. Everything happens
/// on the thread that runs `control`.
class orderly_stop {
public:
  /// What the server does at each step. None may block; the callbacks given to them may be called on any thread.
  struct steps {
    std::function<void()> announce; ///< readiness is withdrawn
    std::function<void(std::chrono::milliseconds grace, std::function<void()> drained)> drain;
    std::function<void(std::function<void()> finished)> close_connections;
    std::function<void()> abort_connections;
    /// Once, at the end. Whether everything went in order and in time.
    std::function<void(bool in_order)> done;
  };
  struct times {
    std::chrono::milliseconds grace;   ///< for running commands
    std::chrono::milliseconds timeout; ///< after it for sessions to close
    std::chrono::milliseconds linger;  ///< after that for connections to get their last answer
  };

  orderly_stop(boost::asio::io_context& control, steps server, times allowed);

  /// Somebody wants the server to stop. The first time begins; each later one ends commands and connections at once.
  /// `why` is for the log: "SIGTERM".
  void request(const std::string& why);

  /// The longest that it can take from the first request.
  std::chrono::milliseconds longest() const noexcept { return allowed_.grace + allowed_.timeout + allowed_.linger; }

private:
  void drained();
  void finish(bool in_order);
  std::function<void()> on_control(void (orderly_stop::*step)());
  void connections_closed() { finish(in_time_); }

  boost::asio::io_context& control_;
  steps server_;
  times allowed_;
  boost::asio::steady_timer deadline_;
  bool requested_ = false;
  bool drained_ = false;
  bool in_time_ = true;
  bool finished_ = false;
};

} // namespace strata
