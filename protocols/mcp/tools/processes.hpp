// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// The tools about processes. Their output is one stream in exact order (merge), within a budget; the whole is kept and read by
/// process_output from any offset.
ordered_json process_start_input();
ordered_json process_output_input();
ordered_json process_input_input();
ordered_json process_signal_input();
ordered_json process_list_input();
ordered_json process_output_output(); ///< of process_start, process_output and process_input
ordered_json process_signal_output();
ordered_json process_list_output();

void run_process_start(std::shared_ptr<tool_call> call);
void run_process_output(std::shared_ptr<tool_call> call);
void run_process_input(std::shared_ptr<tool_call> call);
void run_process_signal(std::shared_ptr<tool_call> call);
void run_process_list(std::shared_ptr<tool_call> call);

} // namespace strata
