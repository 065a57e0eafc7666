// SPDX-License-Identifier: MIT
// The Model Context Protocol's endpoint: POST and DELETE /mcp and /mcp/.
#include "protocols/http/error_response.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/mcp/methods.hpp"

namespace strata {

namespace {

http_response accepted() {
  http_response response;
  response.status = 202;
  response.content_type.clear();
  return response;
}

/// A notification or an answer of the client: of what it may say, only the end of a request means something here.
void take_notice(exchange& asked, const mcp_call& call) {
  if (call.message.method == "notifications/cancelled" && !call.session.empty())
    if (const auto id = call.message.params.find("requestId"); id != call.message.params.end())
      asked.facts.mcp.cancel(call.session, id->dump(-1, ' ', false, json::error_handler_t::replace));
  asked.answer(accepted());
}

} // namespace

void serve_mcp(exchange& asked) {
  const auto tools = read_tool_set(asked.query, asked.facts.options);
  if (!tools)
    return asked.fail(tools.error());
  auto admitted = admit(asked, asked.facts.mcp);
  if (auto* refused = std::get_if<http_response>(&admitted))
    return asked.answer(std::move(*refused));
  auto& call = std::get<mcp_call>(admitted);
  asked.context.protocol = "mcp";
  if (call.message.what != rpc_message::kind::request)
    return take_notice(asked, call);
  serve_mcp_method(std::make_shared<mcp_reply>(asked.shared_from_this(), std::move(call)), *tools);
}

void serve_mcp_end(exchange& asked) {
  if (asked.facts.mcp.close(asked.request.header("mcp-session-id")))
    return asked.answer(ordered_json{{"status", "closed"}});
  asked.answer(fault_response(404, {rpc_code::invalid_request, "session not found", {}, {}}));
}

} // namespace strata
