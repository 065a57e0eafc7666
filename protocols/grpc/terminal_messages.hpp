// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/terminals.hpp"

#include <strata/v1/terminal.pb.h>

namespace strata {

/// Between the messages of terminal.proto and the operations. A terminal is named by its name, or by its id as a process.

result<open_terminal> operation_of(const v1::OpenTerminalRequest& asked);
get_process operation_of(const v1::GetTerminalRequest& asked);
result<list_processes> operation_of(const v1::ListTerminalsRequest& asked);
result<resize_terminal> operation_of(const v1::ResizeTerminalRequest& asked);
result<end_process> operation_of(const v1::CloseTerminalRequest& asked);
result<write_stdin> operation_of(const v1::SendInputRequest& asked);
result<get_screen> operation_of(const v1::GetScreenRequest& asked);

void encode(const screen_shot& shot, v1::GetScreenResponse& into);

} // namespace strata
