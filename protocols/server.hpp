// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "protocols/server_options.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace strata {

class gateway;

/// Listens and serves HTTP on the threads that run `io`. Every member function is thread safe.
///
/// Order of life: the io_context is made first and destroyed last, then the owner of the gateway, then this; replies
/// of the gateway that come later find their connection gone and are dropped. Destroy it when no thread runs `io`.
class http_server {
public:
  /// Binds every address or none; an error names the address ("listen on 127.0.0.1:2280: address already in use").
  static result<std::unique_ptr<http_server>> start(boost::asio::io_context& io, gateway& door, server_options options);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// What it really listens on, in the order of the options: port 0 replaced by the kernel's choice.
  [[nodiscard]] std::vector<listen_address> addresses() const;

  /// /readyz answers 503 from now on, so that a balancer looks elsewhere. Requests are still served.
  void set_draining(bool draining) noexcept;

  /// No new connections; idle ones are closed, busy ones get their answer with "Connection: close". `finished` is called
  /// once, on an io thread, when the last connection is gone (at once when there is none).
  void stop(std::function<void()> finished);

  /// Closes every connection now: running calls are told that their client went away.
  void abort();

private:
  struct state;
  explicit http_server(std::shared_ptr<state> shared) noexcept;
  std::shared_ptr<state> state_;
};

} // namespace strata
