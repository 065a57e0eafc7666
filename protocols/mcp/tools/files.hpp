// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// The tools about files.
ordered_json file_read_input();
ordered_json file_write_input();
ordered_json file_edit_input();
ordered_json file_list_input();
ordered_json file_search_input();
ordered_json file_read_output();
ordered_json file_write_output();
ordered_json file_edit_output();
ordered_json file_list_output();
ordered_json file_search_output();

void run_file_read(std::shared_ptr<tool_call> call);
void run_file_write(std::shared_ptr<tool_call> call);
void run_file_edit(std::shared_ptr<tool_call> call);
void run_file_list(std::shared_ptr<tool_call> call);
void run_file_search(std::shared_ptr<tool_call> call);

} // namespace strata
