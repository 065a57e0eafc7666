// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/terminals.hpp"

#include "protocols/json/terminal_json.hpp"
#include "protocols/mcp/tools/run.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t longest_quiet_ms = 10'000;

/// "name", as an operation on its process wants it.
template <class Operation> result<Operation> on_terminal(const tool_call& call) {
  Operation operation;
  STRATA_TRY(operation.session, session_of(call));
  std::string name = "main";
  STRATA_CHECK(call.read("name", name));
  operation.process = "name:" + name;
  return operation;
}

result<open_terminal> decode_open(const tool_call& call) {
  STRATA_CHECK(
    call.allow_only({"owner_id", "session_id", "uid", "sid", "name", "command", "cwd", "env", "user", "cols", "rows"}));
  open_terminal operation;
  STRATA_TRY(operation.session, session_of(call));
  operation.terminal = "main";
  STRATA_CHECK(call.read("name", operation.terminal));
  STRATA_CHECK(call.read("command", operation.command));
  STRATA_CHECK(call.read("cwd", operation.cwd));
  STRATA_CHECK(call.read("env", operation.env));
  STRATA_CHECK(call.read("user", operation.user));
  STRATA_CHECK(call.read("cols", operation.cols));
  STRATA_CHECK(call.read("rows", operation.rows));
  return operation;
}

result<end_process> decode_close(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "name"}));
  return on_terminal<end_process>(call);
}

result<write_stdin> decode_input(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "name", "text", "keys", "quiet_ms", "wait_ms"}));
  STRATA_TRY(auto operation, on_terminal<write_stdin>(call));
  STRATA_CHECK(call.read("text", operation.bytes));
  STRATA_CHECK(call.read("keys", operation.keys));
  operation.wait_ms = 1000; // a program that does not read is no reason to show nothing
  return operation;
}

result<get_screen> decode_settled(const tool_call& call) {
  STRATA_TRY(auto operation, on_terminal<get_screen>(call));
  operation.quiet_ms = 300;
  STRATA_CHECK(call.read("quiet_ms", operation.quiet_ms));
  if (operation.quiet_ms < 0 || operation.quiet_ms > longest_quiet_ms)
    return error{
      errc::invalid_argument, fmt::format("quiet_ms is not between 0 and {}", longest_quiet_ms), {{"field", "quiet_ms"}}};
  STRATA_TRY(operation.wait_ms, read_patience(call, 3000));
  return operation;
}

result<get_screen> decode_screen(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "name", "version", "wait_ms"}));
  STRATA_TRY(auto operation, on_terminal<get_screen>(call));
  STRATA_CHECK(call.read("version", operation.version));
  STRATA_TRY(operation.wait_ms, read_patience(call, 0));
  return operation;
}

/// The rows down to the last that is not empty; then one line about what they do not say.
void show(tool_call& call, const screen_shot& shot) {
  const auto& view = shot.page.view;
  auto rows = view.lines.size();
  while (rows > 0 && view.lines[rows - 1].empty())
    --rows;
  std::string text;
  for (std::size_t row = 0; row < rows; ++row)
    text += view.lines[row] + '\n';
  auto note = fmt::format("cursor at row {}, column {} of {} x {}", view.cursor_row, view.cursor_col, shot.page.size.rows,
                          shot.page.size.cols);
  if (shot.state == process_state::ended)
    note += "; its program has ended";
  if (shot.page.incomplete)
    note += "; output before it is not kept, so something may be missing";
  call.succeed(to_json(shot), {text.empty() ? "(empty screen)" : text, "[" + note + "]"});
}

} // namespace

void run_terminal_open(std::shared_ptr<tool_call> call) {
  run(*call, decode_open(*call), [](tool_call& to, const process_info& terminal) {
    to.succeed(ordered_json{{"name", terminal.name},
                            {"process_id", terminal.id},
                            {"created", terminal.created},
                            {"session_created", terminal.session_created},
                            {"cols", terminal.terminal->cols},
                            {"rows", terminal.terminal->rows}},
               {fmt::format("terminal {} {}: type with terminal_input, see it with terminal_screen", terminal.name,
                            terminal.created ? "is open" : "was open already")});
  });
}

void run_terminal_close(std::shared_ptr<tool_call> call) {
  run(*call, decode_close(*call), [](tool_call& to, const process_info& terminal) {
    const auto reason = terminal.end ? terminal.end->reason : std::string{};
    to.succeed(
      ordered_json{
        {"name", terminal.name}, {"process_id", terminal.id}, {"state", to_string(terminal.state)}, {"reason", reason}},
      {fmt::format("terminal {}: {}", terminal.name, reason)});
  });
}

void run_terminal_input(std::shared_ptr<tool_call> call) {
  auto look = decode_settled(*call);
  auto input = decode_input(*call);
  if (!look || !input)
    return call->fail(!input ? input.error() : look.error());
  run(*call, std::move(input), [look = *look](tool_call& to, const accepted_input&) { run(to, result<get_screen>{look}, show); });
}

void run_terminal_screen(std::shared_ptr<tool_call> call) { run(*call, decode_screen(*call), show); }

} // namespace strata
