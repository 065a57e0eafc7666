// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"

#include <strata/v1/process.pb.h>

namespace strata {

/// Between the messages of process.proto about processes and the operations.

result<start_process> operation_of(const v1::StartProcessRequest& request);
get_process operation_of(const v1::GetProcessRequest& request);
result<list_processes> operation_of(const v1::ListProcessesRequest& request);
result<get_process> operation_of(const v1::WaitProcessRequest& request);
result<end_process> operation_of(const v1::EndProcessRequest& request);
result<write_stdin> operation_of(const v1::WriteStdinRequest& request);
write_stdin operation_of(const v1::CloseStdinRequest& request);
result<read_output> operation_of(const v1::ReadOutputRequest& request);
attach_process operation_of(const v1::FollowOutputRequest& request);

/// None: all.
result<std::vector<process_state>> states_of(const google::protobuf::RepeatedField<int>& states);
/// last, smallest, or empty where it is not said.
result<std::string> resize_policy_of(v1::ResizePolicy policy);

void encode(const process_info& process, v1::Process& into);
void encode(const process_page& page, v1::ListProcessesResponse& into);
void encode(output_page page, v1::ReadOutputResponse& into);
void encode(const process_end& end, v1::ProcessEvent::End& into);

v1::ProcessEvent event_of(const process_view& view);
v1::ProcessEvent event_of(const process_end& end, std::int64_t next);

} // namespace strata
