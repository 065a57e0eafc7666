// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// The tools about terminals: for programs that want one, typed into by text and keys, and seen as text.
ordered_json terminal_open_input();
ordered_json terminal_name_input();
ordered_json terminal_input_input();
ordered_json terminal_screen_input();
ordered_json terminal_open_output();
ordered_json terminal_close_output();
ordered_json terminal_screen_output(); ///< of terminal_input, too

void run_terminal_open(std::shared_ptr<tool_call> call);
void run_terminal_close(std::shared_ptr<tool_call> call);
void run_terminal_input(std::shared_ptr<tool_call> call);
void run_terminal_screen(std::shared_ptr<tool_call> call);

} // namespace strata
