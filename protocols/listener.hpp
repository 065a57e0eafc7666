// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"
#include "protocols/http/server_core.hpp"
#include "protocols/http/strand.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace strata {

/// Accepts connections on one address, each close-on-exec from its first moment. Members may be called on any thread.
class listener : public std::enable_shared_from_this<listener> {
public:
  /// Bound and listening, accepting nothing yet: "listen on 127.0.0.1:2280: address already in use".
  static result<std::shared_ptr<listener>> open(boost::asio::io_context& io, const listen_address& wanted,
                                                std::shared_ptr<server_core> core);

  /// As bound: port 0 replaced by the kernel's choice.
  [[nodiscard]] const listen_address& address() const noexcept { return address_; }

  void start();
  /// `closed` is called on an io thread once no more is accepted.
  void close(std::function<void()> closed);
  /// close() for when no thread runs the io_context.
  void close_here();

private:
  using failure = boost::system::error_code;
  listener(boost::asio::io_context& io, boost::asio::ip::tcp protocol, int fd, listen_address bound,
           std::shared_ptr<server_core> core);

  void wait();
  void accept_some();
  void admit(unique_fd fd, std::string peer);
  void pause();

  boost::asio::io_context& io_;
  connection_strand strand_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, connection_strand> acceptor_;
  boost::asio::steady_timer timer_;
  const boost::asio::ip::tcp protocol_;
  const listen_address address_;
  const std::shared_ptr<server_core> core_;
};

/// "127.0.0.1:2280", "[::1]:2280".
std::string to_string(const listen_address& address);

} // namespace strata
