// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/mcp_reply.hpp"

#include <span>

namespace strata {

class tool_call;

/// Which tools there are, chosen by the endpoint's URL.
struct tool_set {
  enum class kind { core, full, readonly };
  kind which = kind::core;
  bool fixtures = false;   ///< those of the conformance suite, too
  bool seed_names = false; ///< strata_exec and strata_stats beside them, as the first Strata's stdio server had
};
/// ?tools=core|full|readonly and ?names=seed.
result<tool_set> read_tool_set(const query_list& query, const server_options& options);

/// One tool as clients see it, and who does it.
struct tool {
  std::string_view name;
  std::string_view seed_name; ///< of the first Strata's stdio server; empty: it had none
  std::string_view title;
  std::string_view description;
  bool core;        ///< in the default set
  bool read_only;   ///< changes nothing, and can be repeated; in the set `readonly`
  bool destructive; ///< may take something away
  bool idempotent;
  bool open_world; ///< what it runs may reach beyond the server, if the server lets sessions out
  ordered_json (*input)();
  ordered_json (*output)(); ///< null: its results have no structure
  void (*run)(std::shared_ptr<tool_call> call);
};

/// In the order in which they are listed.
std::span<const tool> all_tools();
/// Null: there is none of that name in the set.
const tool* find_tool(std::string_view name, tool_set from);
ordered_json describe_tools(tool_set from, const server_facts& facts);

} // namespace strata
