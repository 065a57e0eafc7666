// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/inputs.hpp"
#include "protocols/mcp/tools/terminals.hpp"

namespace strata {

namespace {

named_schema terminal_name() {
  auto name = text_schema("name of the terminal");
  name["default"] = "main";
  return {"name", std::move(name)};
}

ordered_json with_default(ordered_json schema, int value) {
  schema["default"] = value;
  return schema;
}

} // namespace

ordered_json terminal_open_input() {
  return tool_input({terminal_name(),
                     {"command", text_schema("shell text that runs on it; a login shell if not given")},
                     {"cwd", text_schema("directory in which it starts")},
                     {"env", texts_schema("environment, on top of the session's")},
                     {"user", text_schema("account inside")},
                     {"cols", with_default(whole_schema("columns", 1, 1000), 80)},
                     {"rows", with_default(whole_schema("rows", 1, 1000), 24)}});
}

ordered_json terminal_name_input() { return tool_input({terminal_name()}); }

ordered_json terminal_input_input() {
  return tool_input(
    {terminal_name(),
     {"text", text_schema("what to type, as it is: \\n does not press Enter everywhere, the key enter does")},
     {"keys", list_schema("keys to press after it: enter, ctrl-c, up, escape, f5, alt-x", {{"type", "string"}})},
     {"quiet_ms", with_default(whole_schema("show the screen when it has stood still that long", 0, 10'000), 300)},
     {"wait_ms", with_default(whole_schema("but wait no longer than that", 0, 50'000), 3000)}});
}

ordered_json terminal_screen_input() {
  return tool_input({terminal_name(),
                     {"version", whole_schema("with wait_ms: wait until the screen is another than this", 0)},
                     {"wait_ms", with_default(whole_schema("wait that long for it", 0, 50'000), 0)}});
}

ordered_json terminal_open_output() {
  return object_schema({{"name", text_schema("names the terminal")},
                        {"process_id", text_schema("names its process")},
                        {"created", flag_schema("this call opened it")},
                        {"session_created", flag_schema("this call made the session")},
                        {"cols", whole_schema("columns", 1)},
                        {"rows", whole_schema("rows", 1)}},
                       {"name", "process_id", "created"});
}

ordered_json terminal_close_output() {
  return object_schema({{"name", text_schema("names the terminal")},
                        {"process_id", text_schema("names its process")},
                        {"state", choice_schema("", {"queued", "running", "ended"})},
                        {"reason", text_schema("why it ended")}},
                       {"name", "process_id", "state", "reason"});
}

ordered_json terminal_screen_output() {
  const auto cursor = object_schema(
    {{"row", whole_schema("from 0", 0)}, {"col", whole_schema("from 0", 0)}, {"visible", flag_schema("the program shows it")}},
    {"row", "col", "visible"});
  return object_schema({{"id", text_schema("names its process")},
                        {"name", text_schema("names the terminal")},
                        {"cols", whole_schema("columns", 1)},
                        {"rows", whole_schema("rows", 1)},
                        {"lines", list_schema("one per row, without blanks at its end", {{"type", "string"}})},
                        {"cursor", cursor},
                        {"title", text_schema("as the program set it")},
                        {"alternate", flag_schema("a program that fills the screen runs")},
                        {"version", whole_schema("grows with every change", 0)},
                        {"offset", whole_schema("output before it has been shown", 0)},
                        {"incomplete", flag_schema("output was not kept, so that something may be missing")},
                        {"state", choice_schema("of its program", {"queued", "running", "ended"})}},
                       {"id", "name", "lines", "cursor", "version", "state"});
}

} // namespace strata
