// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace strata::test {

struct raw_response {
  int status = 0;                             ///< 0: there was none before the end or the client's patience (20 s)
  std::string head;                           ///< status line and headers as sent
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
};

/// Sends exactly the bytes that a test wants, and reads answers by their Content-Length.
class raw_client {
public:
  explicit raw_client(std::uint16_t port, int receive_buffer = 0);

  /// False when the server does not take them.
  bool send(std::string_view bytes);
  /// `head_only`: an answer to HEAD has no body.
  raw_response receive(bool head_only = false);
  raw_response exchange(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// What has come and was not received, at least something.
  const std::string& peek() {
    while (unread_.empty() && read_more()) {
    }
    return unread_;
  }
  /// Whatever else comes until the server ends the connection. `ended` false: it did not.
  std::string receive_rest(bool& ended);
  bool is_ended_by_server() {
    bool ended = false;
    return receive_rest(ended).empty() && ended;
  }

  void end_sending(); ///< half-close, as `nc -N`
  void reset();       ///< closes with a TCP reset
  void close() { socket_.reset(); }

private:
  bool read_more();

  unique_fd socket_;
  std::string unread_;
};

/// "METHOD target HTTP/1.1" with Host, extra header lines (each with \r\n) and a body with its length.
std::string request_text(std::string_view method, std::string_view target, std::string_view body = {},
                         std::string_view headers = {});

} // namespace strata::test
