// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// The tool `exec`: names, arguments and first text of the first Strata, and a structured result beside.
ordered_json exec_input();
ordered_json exec_output();
void run_exec(std::shared_ptr<tool_call> call);

} // namespace strata
