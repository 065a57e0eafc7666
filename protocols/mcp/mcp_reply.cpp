// SPDX-License-Identifier: MIT
#include "protocols/mcp/mcp_reply.hpp"

namespace strata {

ordered_json mcp_server_info(const server_facts& facts) {
  return {{"name", "strata"}, {"title", "Strata"}, {"version", facts.options.version}};
}

mcp_reply::mcp_reply(std::shared_ptr<exchange> asked, mcp_call call) : asked_{std::move(asked)}, call_{std::move(call)} {}

bool mcp_reply::can_notify() const {
  return asked_->request.header("accept").find("text/event-stream") != std::string_view::npos;
}

void mcp_reply::begin_stream() {
  if (stream_)
    return;
  // Before 2026-07-28 a client that goes away cancels nothing.
  stream_ = std::make_shared<mcp_stream>(asked_->strand(), [weak = weak_from_this()] {
    if (auto self = weak.lock(); self && self->call_.modern)
      self->asked_->leave();
  });
  http_response response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.stream = stream_;
  asked_->answer(std::move(response));
}

void mcp_reply::notify(std::string_view method, ordered_json params) {
  if (!can_notify())
    return;
  begin_stream();
  stream_->send(rpc_notification(method, std::move(params)));
}

void mcp_reply::result(ordered_json result) {
  if (call_.modern) {
    if (!result.contains("resultType"))
      result["resultType"] = "complete";
    result["_meta"][meta_server] = mcp_server_info(asked_->facts);
  }
  finish(rpc_result(call_.message.id, std::move(result)), 200);
}

void mcp_reply::cacheable_result(ordered_json result) {
  constexpr std::int64_t lives_ms = 300'000;
  if (call_.modern) {
    result["ttlMs"] = lives_ms;
    result["cacheScope"] = "private"; // lists may come to depend on the caller's key
  }
  this->result(std::move(result));
}

void mcp_reply::fault(int code, std::string message, int status, json data) {
  finish(rpc_error({code, std::move(message), call_.message.id, std::move(data)}), call_.modern ? status : 200);
}

void mcp_reply::finish(const ordered_json& message, int status) {
  if (!stream_)
    return asked_->answer(message, status);
  stream_->send(message);
  stream_->end();
}

} // namespace strata
