// SPDX-License-Identifier: MIT
#include "protocols/mcp/tool.hpp"

#include "protocols/http/query.hpp"
#include "protocols/mcp/conformance/fixtures.hpp"
#include "protocols/mcp/tools/exec.hpp"
#include "protocols/mcp/tools/files.hpp"
#include "protocols/mcp/tools/processes.hpp"
#include "protocols/mcp/tools/sessions.hpp"
#include "protocols/mcp/tools/terminals.hpp"

#include <algorithm>
#include <array>

namespace strata {

namespace {

// clang-format off
const std::array tools{
  //   name              seed's name     title                 description                                                      core  read   destr. idem.  world
  tool{"exec",           "strata_exec",   "Run a command",      "Execute shell command in sandbox session (auto-creates session)", true, false, true,  false, true,  exec_input, exec_output, run_exec},
  tool{"process_start",  "",              "Start a process",    "Start a program that outlives the call, in a session (made if missing); follow it by process_output", true, false, true, false, true, process_start_input, process_output_output, run_process_start},
  tool{"process_output", "",              "Read output",        "What a process or an exec has written since an offset; it is kept whole, also after its end", true, true, false, true, false, process_output_input, process_output_output, run_process_output},
  tool{"process_input",  "",              "Type into a process", "Write to a process that was started with stdin or pty, and see what it answers", true, false, true, false, true, process_input_input, process_output_output, run_process_input},
  tool{"process_signal", "",              "Signal a process",   "Send a signal to a process or exec and all that it started",      true, false, true,  false, true, process_signal_input, process_signal_output, run_process_signal},
  tool{"process_list",   "",              "List processes",     "Execs, processes and terminals of a session, newest first",       true, true, false, true,  false, process_list_input, process_list_output, run_process_list},
  tool{"terminal_open",  "",              "Open a terminal",    "Open a terminal in a session (made if missing), for programs that want one: editors, REPLs, menus", false, false, true, true, true, terminal_open_input, terminal_open_output, run_terminal_open},
  tool{"terminal_input", "",              "Type into a terminal", "Type text and press keys, then see the screen when it has settled", false, false, true, false, true, terminal_input_input, terminal_screen_output, run_terminal_input},
  tool{"terminal_screen", "",             "See a terminal",     "What is on a terminal's screen now, as text",                     false, true, false, true, false, terminal_screen_input, terminal_screen_output, run_terminal_screen},
  tool{"terminal_close", "",              "Close a terminal",   "End a terminal and what runs on it",                              false, false, true, true, false, terminal_name_input, terminal_close_output, run_terminal_close},
  tool{"file_read",      "",              "Read a file",        "A file of a session as text with line numbers, or an image",     true, true, false, true,  false, file_read_input, file_read_output, run_file_read},
  tool{"file_write",     "",              "Write a file",       "Make or replace a file of a session (made if missing) at once, with the directories above it", true, false, true, true, false, file_write_input, file_write_output, run_file_write},
  tool{"file_edit",      "",              "Edit a file",        "Replace texts in a file: each must occur exactly once, unless all is set; all of them or none", true, false, true, false, false, file_edit_input, file_edit_output, run_file_edit},
  tool{"file_list",      "",              "List a directory",   "Entries of a directory of a session, to a depth",                true, true, false, true,  false, file_list_input, file_list_output, run_file_list},
  tool{"file_search",    "",              "Search files",       "Names and lines in files of a session, by text, regular expression or glob, in the order of the paths", true, true, false, true, false, file_search_input, file_search_output, run_file_search},
  tool{"session_create", "",              "Create a session",   "Make a session, or get the one of that name",                     true, false, false, true,  false, session_create_input, session_output, run_session_create},
  tool{"session_list",   "",              "List sessions",      "List sessions, the newest first; ended ones stay for ten minutes", true, true, false, true,  false, session_list_input, session_list_output, run_session_list},
  tool{"session_get",    "",              "Look at a session",  "What is known of a session",                                      false, true, false, true,  false, session_name_input, session_output, run_session_get},
  tool{"session_update", "",              "Change a session",   "Set labels and time to live of a session",                        false, false, false, true, false, session_update_input, session_output, run_session_update},
  tool{"session_close",  "",              "Close a session",    "End a session: its processes, terminals and files",               true, false, true,  true,  false, session_name_input, session_close_output, run_session_close},
  tool{"server_stats",   "strata_stats",  "Count sessions",     "How many sessions the server has and may have",                   false, true, false, true,  false, no_input, server_stats_output, run_server_stats},
};
// clang-format on

bool is_in(const tool& each, tool_set set) {
  using enum tool_set::kind;
  return set.which == full || (set.which == core && each.core) || (set.which == readonly && each.read_only);
}

/// The first Strata had one set.
bool has_seed_name(const tool& each, tool_set set) {
  return set.seed_names && !each.seed_name.empty() && (set.which != tool_set::kind::readonly || each.read_only);
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

result<tool_set> read_tool_set(const query_list& query, const server_options& options) {
  tool_set set{.fixtures = options.mcp_conformance};
  const auto* names = find_parameter(query, "names");
  if (names != nullptr && *names != "seed")
    return error{errc::invalid_argument, "names: expected seed", {{"field", "names"}}};
  set.seed_names = names != nullptr;
  const auto* name = find_parameter(query, "tools");
  if (name == nullptr || *name == "core")
    return set;
  if (*name != "full" && *name != "readonly")
    return error{errc::invalid_argument, "tools: expected core, full or readonly", {{"field", "tools"}}};
  set.which = *name == "full" ? tool_set::kind::full : tool_set::kind::readonly;
  return set;
}

const tool* find_tool(std::string_view name, tool_set from) {
  for (const auto& each : tools)
    if ((each.name == name && is_in(each, from)) || (each.seed_name == name && has_seed_name(each, from)))
      return &each;
  if (from.fixtures)
    for (const auto& each : fixture_tools())
      if (each.name == name)
        return &each;
  return nullptr;
}

ordered_json describe_tools(tool_set from, const server_facts& facts) {
  auto list = ordered_json::array();
  const auto describe = [&](std::string_view name, const tool& each) {
    list.push_back({{"name", name},
                    {"title", each.title},
                    {"description", each.description},
                    {"inputSchema", each.input()},
                    {"annotations",
                     {{"title", each.title},
                      {"readOnlyHint", each.read_only},
                      {"destructiveHint", each.destructive},
                      {"idempotentHint", each.idempotent},
                      {"openWorldHint", each.open_world && lets_out(facts)}}}});
    if (each.output != nullptr)
      list.back()["outputSchema"] = each.output();
  };
  for (const auto& each : tools) {
    if (is_in(each, from))
      describe(each.name, each);
    if (has_seed_name(each, from))
      describe(each.seed_name, each);
  }
  if (from.fixtures)
    for (const auto& each : fixture_tools())
      describe(each.name, each);
  return list;
}

} // namespace strata
