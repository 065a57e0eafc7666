// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"

#include <strata/v1/shell.pb.h>

namespace strata {

/// Between the messages of shell.proto and process.proto and the operations.

/// `max_output_bytes` is 1 MiB when absent, so that an answer with three captures fits the 4 MiB that clients take.
result<exec_request> operation_of(const v1::ExecRequest& request);
/// `input` is set when the request says that input follows.
result<exec_request> operation_of(const v1::RunRequest::Start& start);
result<signal_process> operation_of(const v1::SignalProcessRequest& request);
result<std::string> target_of(v1::SignalTarget target); ///< "process", "group" or "tree"

open_shell operation_of(const v1::CreateShellRequest& request);
list_shells operation_of(const v1::ListShellsRequest& request);
close_shell operation_of(const v1::CloseShellRequest& request);

void encode(const exec_response& answer, v1::ExecResponse& into);
void encode(const shell_info& shell, v1::Shell& into);
void encode(const shell_list& list, v1::ListShellsResponse& into);

v1::ProcessEvent event_of(const exec_started& begun);
v1::ProcessEvent event_of(journal_record record);
/// `end`, or `handed_over` for a command that goes on.
v1::ProcessEvent event_of(const exec_response& answer);

} // namespace strata
