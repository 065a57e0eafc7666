// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strata::test {

/// One WebSocket to 127.0.0.1. Blocks, each step for at most a minute. Not thread safe.
class ws_client {
public:
  using headers = std::vector<std::pair<std::string, std::string>>;

  ws_client() = default;
  /// The status of the answer: 101 when the socket is open.
  int open(std::uint16_t port, const std::string& target, const headers& more = {});
  const std::string& subprotocol() const { return subprotocol_; }

  bool send(const std::string& data, bool text = true);
  struct message {
    bool text;
    std::string data;
  };
  /// Nothing: the server closed, see close_code().
  std::optional<message> receive();
  /// Receives until `text` stands in what came since the last call (binary data, or the `data` of the seed's output).
  bool sees(const std::string& text);
  /// What came so far, and was not seen yet.
  const std::string& unseen() const { return seen_; }
  std::optional<int> close_code() const { return close_code_; }
  const std::string& close_reason() const { return close_reason_; }
  void close(); ///< the closing handshake
  void drop();  ///< without one

private:
  using stream = boost::beast::websocket::stream<boost::beast::tcp_stream>;
  template <class Start> boost::system::error_code await(Start start);

  boost::asio::io_context io_;
  stream ws_{io_};
  std::string subprotocol_;
  std::string seen_;
  std::optional<int> close_code_;
  std::string close_reason_;
};

} // namespace strata::test
