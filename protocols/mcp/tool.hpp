// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/mcp_reply.hpp"

#include <span>

namespace strata {

class tool_call;

/// Sets of tools, chosen by ?tools= at the endpoint's URL.
enum class tool_set { core, full, readonly };
/// `core` where nothing is asked for.
result<tool_set> read_tool_set(const query_list& query);

/// One tool as clients see it, and who does it.
struct tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  bool core;        ///< in the default set
  bool read_only;   ///< changes nothing, and can be repeated; in the set `readonly`
  bool destructive; ///< may take something away
  bool idempotent;
  bool open_world; ///< what it runs may reach beyond the server, if the server lets sessions out
  ordered_json (*input)();
  ordered_json (*output)();
  void (*run)(std::shared_ptr<tool_call> call);
};

/// In the order in which they are listed.
std::span<const tool> all_tools();
/// Null: there is none of that name in the set.
const tool* find_tool(std::string_view name, tool_set from);
ordered_json describe_tools(tool_set from, const server_facts& facts);

} // namespace strata
