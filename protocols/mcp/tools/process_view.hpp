// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/mcp/tools/run.hpp"

namespace strata {

/// How much of a process' output a tool shows, and how.
struct output_budget {
  std::int64_t bytes = 20'000;
  bool ansi = false;
};
/// max_output_bytes and ansi.
result<output_budget> read_budget(const tool_call& call);
/// The session of the call and process_id.
template <class Operation> result<Operation> on_process(const tool_call& call);

/// A page of output as the result of a tool. `more`: goes first into the structured result.
void show_output(tool_call& call, const output_page& page, const output_budget& budget, ordered_json more);

/// Asks for the output of a process and shows it.
void read_and_show(tool_call& call, read_output operation, const output_budget& budget, ordered_json more);

template <class Operation> result<Operation> on_process(const tool_call& call) {
  Operation operation;
  STRATA_TRY(operation.session, session_of(call));
  STRATA_CHECK(call.read("process_id", operation.process));
  return operation;
}

} // namespace strata
