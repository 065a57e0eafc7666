// SPDX-License-Identifier: MIT
#include "protocols/grpc/terminal_messages.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/process_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

/// Which terminal, in the requests that name one.
template <class Operation, class Request> Operation on_terminal(const Request& asked) {
  Operation operation;
  operation.session = session_of(asked.session());
  operation.process = "name:" + asked.terminal();
  return operation;
}

} // namespace

result<open_terminal> operation_of(const v1::OpenTerminalRequest& asked) {
  open_terminal operation;
  operation.session = session_of(asked.session());
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  operation.terminal = asked.terminal();
  operation.argv = {asked.argv().begin(), asked.argv().end()};
  operation.command = asked.command();
  operation.cwd = asked.cwd();
  operation.env = {asked.env().begin(), asked.env().end()};
  operation.user = asked.user();
  if (asked.has_size()) {
    operation.cols = asked.size().cols();
    operation.rows = asked.size().rows();
  }
  STRATA_TRY(auto resize, resize_policy_of(asked.resize()));
  if (!resize.empty())
    operation.resize = std::move(resize);
  return operation;
}

get_process operation_of(const v1::GetTerminalRequest& asked) { return on_terminal<get_process>(asked); }

result<list_processes> operation_of(const v1::ListTerminalsRequest& asked) {
  list_processes operation;
  operation.session = session_of(asked.session());
  operation.kinds = {process_kind::terminal};
  STRATA_TRY(operation.states, states_of(asked.states()));
  if (asked.page_size() != 0)
    operation.limit = asked.page_size();
  operation.cursor = asked.page_token();
  return operation;
}

result<resize_terminal> operation_of(const v1::ResizeTerminalRequest& asked) {
  auto operation = on_terminal<resize_terminal>(asked);
  if (asked.has_size()) {
    operation.cols = asked.size().cols();
    operation.rows = asked.size().rows();
  }
  STRATA_TRY(operation.resize, resize_policy_of(asked.resize()));
  return operation;
}

result<end_process> operation_of(const v1::CloseTerminalRequest& asked) {
  auto operation = on_terminal<end_process>(asked);
  if (asked.has_grace()) {
    STRATA_TRY(operation.grace_ms, milliseconds_of(asked.grace(), "grace"));
  }
  operation.purge = asked.purge();
  return operation;
}

result<write_stdin> operation_of(const v1::SendInputRequest& asked) {
  auto operation = on_terminal<write_stdin>(asked);
  operation.bytes = asked.data();
  operation.keys = {asked.keys().begin(), asked.keys().end()};
  if (asked.has_at())
    operation.at = asked.at();
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  return operation;
}

result<get_screen> operation_of(const v1::GetScreenRequest& asked) {
  auto operation = on_terminal<get_screen>(asked);
  if (asked.has_version())
    operation.version = asked.version();
  if (asked.has_quiet()) {
    STRATA_TRY(operation.quiet_ms, milliseconds_of(asked.quiet(), "quiet"));
  }
  if (asked.has_wait()) {
    STRATA_TRY(operation.wait_ms, milliseconds_of(asked.wait(), "wait"));
  }
  operation.styled = asked.styled();
  return operation;
}

void encode(const screen_shot& shot, v1::GetScreenResponse& into) {
  const auto& view = shot.page.view;
  into.set_id(shot.id);
  into.set_name(shot.name);
  into.mutable_size()->set_cols(shot.page.size.cols);
  into.mutable_size()->set_rows(shot.page.size.rows);
  for (const auto& line : view.lines)
    into.add_lines(proto_text(line));
  for (const auto& line : view.styled)
    into.add_styled(proto_text(line));
  into.mutable_cursor()->set_row(static_cast<int>(view.cursor_row));
  into.mutable_cursor()->set_col(static_cast<int>(view.cursor_col));
  into.mutable_cursor()->set_visible(view.cursor_visible);
  into.set_title(proto_text(view.title));
  into.set_alternate(view.alternate);
  into.set_version(shot.page.version);
  into.set_offset(shot.page.offset);
  into.set_incomplete(shot.page.incomplete);
  into.set_state(static_cast<v1::ProcessState>(static_cast<int>(shot.state) + 1));
}

} // namespace strata
