// SPDX-License-Identifier: MIT
#pragma once

#include "cli/mcp/post.hpp"

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

namespace strata::client {

/// Carries messages of the Model Context Protocol between a client at standard input and output and a server's endpoint, in
/// either era: up to 2025-11-25 within the session that `initialize` opens, from 2026-07-28 each for itself.
/// Every request gets exactly one answer, an error when the server gives none; one that was cancelled may get none.
/// Everything on the thread of `io`.
class mcp_bridge {
public:
  /// `write` gets one message, without a line's end.
  mcp_bridge(boost::asio::io_context& io, mcp_endpoint to, std::function<void(const std::string&)> write);
  ~mcp_bridge();

  /// One line of the client.
  void take(std::string line);
  /// How many messages are on their way.
  [[nodiscard]] std::size_t pending() const noexcept { return calls_.size() + waiting_.size(); }
  /// Called whenever one has been answered.
  std::function<void()> on_answered;

private:
  using json = nlohmann::ordered_json;
  struct call;

  void send(json message, std::string line);
  boost::asio::awaitable<void> run(std::shared_ptr<call> one);
  boost::asio::awaitable<result<mcp_post::answer>> post(call& one);
  /// The server has forgotten the session: it was started anew, or tidied up.
  boost::asio::awaitable<bool> open_anew();
  void deliver(call& to, const std::string& text);
  void fail(const json& id, int code, const std::string& message);
  bool cancel_stream(const json& message);

  boost::asio::io_context& io_;
  const mcp_endpoint to_;
  const std::function<void(const std::string&)> write_;
  std::map<std::uint64_t, std::shared_ptr<call>> calls_;
  std::uint64_t last_ = 0;
  std::deque<std::string> waiting_; ///< for the answer to `initialize`
  bool opening_ = false;
  std::string opening_line_;
  std::string version_; ///< of the session's era
  std::string session_;
};

} // namespace strata::client
