// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

namespace strata {

/// The tools about sessions: session_create, session_list, session_get, session_update, session_close; and server_stats.
ordered_json session_create_input();
ordered_json session_list_input();
ordered_json session_name_input(); ///< of session_get and session_close
ordered_json session_update_input();
ordered_json session_output();
ordered_json session_list_output();
ordered_json session_close_output();
ordered_json no_input();
ordered_json server_stats_output();

void run_session_create(std::shared_ptr<tool_call> call);
void run_session_list(std::shared_ptr<tool_call> call);
void run_session_get(std::shared_ptr<tool_call> call);
void run_session_update(std::shared_ptr<tool_call> call);
void run_session_close(std::shared_ptr<tool_call> call);
void run_server_stats(std::shared_ptr<tool_call> call);

} // namespace strata
