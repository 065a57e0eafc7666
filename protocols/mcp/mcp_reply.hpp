// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/admission.hpp"
#include "protocols/mcp/mcp_stream.hpp"

#include <memory>

namespace strata {

/// The one answer to one request, and notifications before it. Plain JSON, unless something is told before the result to a
/// client that takes text/event-stream: then the answer is a stream from there on. Everything on the connection's strand.
class mcp_reply : public std::enable_shared_from_this<mcp_reply> {
public:
  mcp_reply(std::shared_ptr<exchange> asked, mcp_call call);

  [[nodiscard]] const mcp_call& call() const noexcept { return call_; }
  [[nodiscard]] exchange& http() const noexcept { return *asked_; }

  /// Adds what every result of the era has.
  void result(ordered_json result);
  /// The same for one that may be kept: says for how long and by whom (2026-07-28).
  void cacheable_result(ordered_json result);
  /// `status` in the stateless era; the older ones answer 200.
  void fault(int code, std::string message, int status = 200, json data = {});

  /// Whether notifications can reach the client.
  [[nodiscard]] bool can_notify() const;
  /// Whether the client has taken what was told before.
  [[nodiscard]] bool is_clear() const { return !stream_ || stream_->is_clear(); }
  void notify(std::string_view method, ordered_json params);
  /// A stream that only this reply's user ends; nothing follows it but notifications.
  void begin_stream();

private:
  void finish(const ordered_json& message, int status);

  const std::shared_ptr<exchange> asked_;
  const mcp_call call_;
  std::shared_ptr<mcp_stream> stream_;
};

/// {"name", "title", "version"}.
ordered_json mcp_server_info(const server_facts& facts);

} // namespace strata
