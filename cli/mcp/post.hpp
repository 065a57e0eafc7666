// SPDX-License-Identifier: MIT
#pragma once

#include "cli/mcp/endpoint.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <functional>
#include <memory>
#include <string>

namespace strata::client {

/// One message on its way to an endpoint, over a connection of its own. Everything on one thread.
class mcp_post {
public:
  struct answer {
    int status = 0;
    std::string session; ///< Mcp-Session-Id
    bool is_message = false;
    std::string body; ///< of an answer that is no stream of events
  };
  using headers = std::vector<std::pair<std::string, std::string>>;

  explicit mcp_post(const boost::asio::any_io_executor& on) : stream_{on} {}

  /// Sends it and waits for the end of the answer. `take` gets every event's data as it comes. `overloaded`: nobody is there;
  /// `session_lost`: the answer broke off. Connecting takes 10 s at most; the answer may take as long as a command.
  boost::asio::awaitable<result<answer>> send(mcp_endpoint to, headers also, std::string body,
                                              std::function<void(const std::string&)> take);
  /// Closes the connection; send() then ends with an error.
  void cancel() { stream_.close(); }

private:
  boost::beast::tcp_stream stream_;
};

} // namespace strata::client
