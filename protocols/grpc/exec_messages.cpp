// SPDX-License-Identifier: MIT
#include "protocols/grpc/exec_messages.hpp"

#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

constexpr std::int64_t kept_by_default = 1 << 20;

result<std::string> on_disconnect_of(v1::OnDisconnect what) {
  switch (what) {
  case v1::ON_DISCONNECT_UNSPECIFIED:
  case v1::ON_DISCONNECT_KILL: return std::string{"kill"};
  case v1::ON_DISCONNECT_KEEP: return std::string{"keep"};
  default: return unknown_enum("on_disconnect", what);
  }
}

/// What Exec and Run have under the same names.
template <class Request> result<exec_request> common_of(const Request& asked) {
  exec_request operation;
  operation.session = session_of(asked.session());
  operation.command = asked.command();
  if (asked.has_timeout()) {
    STRATA_TRY(operation.timeout_ms, milliseconds_of(asked.timeout(), "timeout"));
  }
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  if (asked.has_queue()) {
    STRATA_TRY(operation.queue_ms, milliseconds_of(asked.queue(), "queue"));
  }
  operation.env = {asked.env().begin(), asked.env().end()};
  operation.cwd = asked.cwd();
  operation.user = asked.user();
  operation.merge = asked.merge();
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  STRATA_TRY(operation.on_disconnect, on_disconnect_of(asked.on_disconnect()));
  return operation;
}

} // namespace

result<exec_request> operation_of(const v1::ExecRequest& asked) {
  STRATA_TRY(auto operation, common_of(asked));
  if (asked.has_stdin())
    operation.stdin_data = asked.stdin();
  if (!asked.shell().empty())
    operation.shell = asked.shell();
  operation.max_output_bytes = asked.has_max_output_bytes() ? asked.max_output_bytes() : kept_by_default;
  return operation;
}

result<exec_request> operation_of(const v1::RunRequest::Start& start) {
  STRATA_TRY(auto operation, common_of(start));
  operation.argv = {start.argv().begin(), start.argv().end()};
  operation.shell = start.shell().empty() ? "fresh" : start.shell();
  if (start.has_terminal()) {
    STRATA_TRY(operation.terminal, size_of(start.terminal(), "terminal"));
  }
  if (start.has_input())
    operation.input = std::make_shared<input_stream>();
  return operation;
}

result<std::string> target_of(v1::SignalTarget target) {
  switch (target) {
  case v1::SIGNAL_TARGET_UNSPECIFIED:
  case v1::SIGNAL_TARGET_PROCESS: return std::string{"process"};
  case v1::SIGNAL_TARGET_TREE: return std::string{"tree"};
  case v1::SIGNAL_TARGET_GROUP: return std::string{"group"};
  default: return unknown_enum("to", target);
  }
}

result<signal_process> operation_of(const v1::SignalProcessRequest& asked) {
  STRATA_TRY(auto target, target_of(asked.to()));
  return signal_process{session_of(asked.session()), asked.process(), asked.signal(), std::move(target)};
}

open_shell operation_of(const v1::CreateShellRequest& asked) {
  open_shell operation;
  operation.session = session_of(asked.session());
  operation.shell = asked.shell();
  operation.env = {asked.env().begin(), asked.env().end()};
  operation.cwd = asked.cwd();
  operation.user = asked.user();
  operation.startup = {asked.startup().begin(), asked.startup().end()};
  return operation;
}

list_shells operation_of(const v1::ListShellsRequest& asked) { return {session_of(asked.session())}; }

close_shell operation_of(const v1::CloseShellRequest& asked) { return {session_of(asked.session()), asked.shell()}; }

} // namespace strata
