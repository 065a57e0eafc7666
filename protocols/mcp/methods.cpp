// SPDX-License-Identifier: MIT
#include "protocols/mcp/methods.hpp"

#include "protocols/mcp/conformance/fixtures.hpp"
#include "protocols/mcp/resources.hpp"
#include "protocols/mcp/tool_call.hpp"

#include <algorithm>

namespace strata {

namespace {

ordered_json capabilities(tool_set tools, bool modern) {
  ordered_json made{{"tools", ordered_json::object()}, {"resources", ordered_json::object()}};
  if (tools.fixtures)
    add_fixture_capabilities(made, modern);
  return made;
}

void initialize(mcp_reply& reply, tool_set tools) {
  const auto asked = reply.call().message.params.value("protocolVersion", json{});
  const auto known = std::find(mcp_versions.begin() + 1, mcp_versions.end(), asked.is_string() ? asked.get<std::string>() : "");
  reply.http().answer_headers.emplace_back("Mcp-Session-Id", reply.http().facts.mcp.open());
  reply.result({{"protocolVersion", known == mcp_versions.end() ? newest_stateful : *known},
                {"capabilities", capabilities(tools, false)},
                {"serverInfo", mcp_server_info(reply.http().facts)},
                {"instructions", mcp_instructions()}});
}

void discover(mcp_reply& reply, tool_set tools) {
  auto versions = ordered_json::array();
  for (const auto version : mcp_versions)
    versions.push_back(version);
  reply.cacheable_result({{"supportedVersions", std::move(versions)},
                          {"capabilities", capabilities(tools, true)},
                          {"serverInfo", mcp_server_info(reply.http().facts)},
                          {"instructions", mcp_instructions()}});
}

void call_tool(const std::shared_ptr<mcp_reply>& reply, tool_set tools) {
  const auto& params = reply->call().message.params;
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string())
    return reply->fault(rpc_code::invalid_params, "name: expected a tool's name", 400);
  const auto* const found = find_tool(name->get_ref<const std::string&>(), tools);
  if (found == nullptr)
    return reply->fault(rpc_code::invalid_params,
                        "unknown tool: " + json(*name).dump(-1, ' ', false, json::error_handler_t::replace));
  auto arguments = params.value("arguments", json::object());
  if (arguments.is_null())
    arguments = json::object();
  if (!arguments.is_object())
    return reply->fault(rpc_code::invalid_params, "arguments: expected an object", 400);
  found->run(std::make_shared<tool_call>(reply, std::move(arguments)));
}

/// Nothing here ever changes, so none of the notifications that a client may listen to are honoured: the stream says so
/// and stays.
void listen(mcp_reply& reply) {
  if (!reply.can_notify())
    return reply.fault(rpc_code::invalid_request, "Accept must name text/event-stream", 406);
  reply.notify("notifications/subscriptions/acknowledged",
               {{"_meta", {{meta_subscription, reply.call().message.id}}}, {"notifications", ordered_json::object()}});
}

} // namespace

std::string_view mcp_instructions() {
  return "Strata runs shell commands in isolated Linux sessions, named by owner_id and session_id; a missing session is made.\n"
         "A session keeps its files, and its shell keeps directory, variables and functions between calls, until it is closed or idle too long.\n"
         "exec answers when the command ends. After 30 s, or wait_ms, it answers state \"running\" with a process_id and the command lives on.\n"
         "While such a command holds its shell, the shell refuses others (shell_busy): pass shell:\"fresh\" or another shell name to run beside it.\n"
         "Follow it by process_output (since: the next of the answer before), type into it by process_input, end it by process_signal.\n"
         "process_start is for what runs long from the beginning: a server, a build, a REPL (pty:true).\n"
         "timeout_ms kills the command and all that it started; wait_ms never does.\n"
         "A nonzero exit_code is a result, not an error. An error's text begins with its code and says what to do.\n"
         "Output is cut to max_output_bytes (20000 unless given, at most 100000): beginning and end stay, truncated says so; all of it is kept for process_output.\n"
         "stdout and stderr come in order of arrival as output; split:true tells them apart. Escape sequences are removed unless ansi:true.\n"
         "Example: exec {\"owner_id\":\"me\",\"session_id\":\"work\",\"command\":\"make -j4 2>&1 | tail -50\",\"wait_ms\":20000}\n"
         "Close a session with session_close when its files are not needed any more.";
}

void serve_mcp_method(const std::shared_ptr<mcp_reply>& reply, tool_set tools) {
  const auto& method = reply->call().message.method;
  const bool modern = reply->call().modern;
  if (method == "tools/list")
    return reply->cacheable_result({{"tools", describe_tools(tools, reply->http().facts)}});
  if (method == "tools/call")
    return call_tool(reply, tools);
  if (method == "initialize" && !modern)
    return initialize(*reply, tools);
  if (method == "ping" && !modern)
    return reply->result(ordered_json::object());
  if (method == "server/discover" && modern)
    return discover(*reply, tools);
  if (method == "subscriptions/listen" && modern)
    return listen(*reply);
  if ((!tools.fixtures || !serve_fixture(reply)) && !serve_resource_method(reply))
    reply->fault(rpc_code::method_not_found, "method not found", 404);
}

} // namespace strata
