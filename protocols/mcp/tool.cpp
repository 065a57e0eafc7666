// SPDX-License-Identifier: MIT
#include "protocols/mcp/tool.hpp"

#include "protocols/http/query.hpp"
#include "protocols/mcp/tools/exec.hpp"
#include "protocols/mcp/tools/sessions.hpp"

#include <algorithm>
#include <array>

namespace strata {

namespace {

// clang-format off
const std::array tools{
  //   name              title                 description                                                      core  read   destr. idem.  world
  tool{"exec",           "Run a command",      "Execute shell command in sandbox session (auto-creates session)", true, false, true,  false, true,  exec_input, exec_output, run_exec},
  tool{"session_create", "Create a session",   "Make a session, or get the one of that name",                     true, false, false, true,  false, session_create_input, session_output, run_session_create},
  tool{"session_list",   "List sessions",      "List sessions, the newest first; ended ones stay for ten minutes", true, true, false, true,  false, session_list_input, session_list_output, run_session_list},
  tool{"session_get",    "Look at a session",  "What is known of a session",                                      false, true, false, true,  false, session_name_input, session_output, run_session_get},
  tool{"session_update", "Change a session",   "Set labels and time to live of a session",                        false, false, false, true, false, session_update_input, session_output, run_session_update},
  tool{"session_close",  "Close a session",    "End a session: its processes, terminals and files",               true, false, true,  true,  false, session_name_input, session_close_output, run_session_close},
  tool{"server_stats",   "Count sessions",     "How many sessions the server has and may have",                   false, true, false, true,  false, no_input, server_stats_output, run_server_stats},
};
// clang-format on

bool is_in(const tool& each, tool_set set) {
  return set == tool_set::full || (set == tool_set::core && each.core) || (set == tool_set::readonly && each.read_only);
}

/// Whether any session may have a way out.
bool lets_out(const server_facts& facts) {
  const auto& capabilities = facts.options.capabilities;
  return std::any_of(capabilities.begin(), capabilities.end(), [](const capability& each) {
    return (each.first == "host_network" && each.second == decltype(each.second){true})
           || (each.first == "network" && each.second == decltype(each.second){std::string{"host"}});
  });
}

} // namespace

std::span<const tool> all_tools() { return tools; }

result<tool_set> read_tool_set(const query_list& query) {
  const auto* name = find_parameter(query, "tools");
  if (name == nullptr || *name == "core")
    return tool_set::core;
  if (*name == "full")
    return tool_set::full;
  if (*name == "readonly")
    return tool_set::readonly;
  return error{errc::invalid_argument, "tools: expected core, full or readonly", {{"field", "tools"}}};
}

const tool* find_tool(std::string_view name, tool_set from) {
  const auto found =
    std::find_if(tools.begin(), tools.end(), [&](const tool& each) { return each.name == name && is_in(each, from); });
  return found == tools.end() ? nullptr : &*found;
}

ordered_json describe_tools(tool_set from, const server_facts& facts) {
  auto list = ordered_json::array();
  for (const auto& each : tools) {
    if (!is_in(each, from))
      continue;
    list.push_back({{"name", each.name},
                    {"title", each.title},
                    {"description", each.description},
                    {"inputSchema", each.input()},
                    {"outputSchema", each.output()},
                    {"annotations",
                     {{"title", each.title},
                      {"readOnlyHint", each.read_only},
                      {"destructiveHint", each.destructive},
                      {"idempotentHint", each.idempotent},
                      {"openWorldHint", each.open_world && lets_out(facts)}}}});
  }
  return list;
}

} // namespace strata
