// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/mcp_reply.hpp"
#include "protocols/mcp/tool.hpp"

namespace strata {

/// Serves one request of a client; what has no name here is `method not found`.
void serve_mcp_method(const std::shared_ptr<mcp_reply>& reply, tool_set tools);

/// What a client's model should know: hand-over, budgets, names.
std::string_view mcp_instructions();

} // namespace strata
