// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/body_stream.hpp"
#include "protocols/http/strand.hpp"
#include "protocols/json/reader.hpp"

#include <boost/asio/steady_timer.hpp>
#include <memory>

namespace strata {

/// Messages as server-sent events (Streamable HTTP). Everything on the connection's strand. A comment every 15 s while there
/// is nothing to tell.
class mcp_stream final : public body_stream, public std::enable_shared_from_this<mcp_stream> {
public:
  /// `left` is called once when the client is gone before the end.
  mcp_stream(const connection_strand& strand, std::function<void()> left)
    : strand_{strand}, timer_{strand}, left_{std::move(left)} {}

  void send(const ordered_json& message);
  /// After the last message.
  void end();
  /// Nothing waits to be written: a message that may as well be left out should be.
  [[nodiscard]] bool is_clear() const noexcept { return ready_.empty(); }

  void next(receiver give) override;
  void probe() override;
  void abandon() override;

private:
  void give();
  void keep_alive();

  const connection_strand strand_;
  boost::asio::steady_timer timer_;
  std::function<void()> left_;
  std::string ready_;
  receiver give_;
  bool over_ = false;
};

} // namespace strata
