// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/inputs.hpp"
#include "protocols/mcp/tools/processes.hpp"

namespace strata {

namespace {

using members = std::vector<named_schema>;

named_schema process_id() { return {"process_id", text_schema("id of the process, or pid:N or tag:T")}; }

members reading(int wait_ms) {
  auto wait = whole_schema("wait this long for output, or for until", 0, 50'000);
  wait["default"] = wait_ms;
  return {{"wait_ms", std::move(wait)},
          {"until", text_schema("wait for this literal text, and stop behind it")},
          {"max_output_bytes", whole_schema("budget of the output, 20000 if not given", 1, 100'000)},
          {"ansi", flag_schema("keep escape sequences in the output")}};
}

members operator+(members first, const members& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

} // namespace

ordered_json process_start_input() {
  return tool_input(members{{"command", text_schema("shell text, run by bash -c; either this or argv")},
                            {"argv", list_schema("a program and its arguments", {{"type", "string"}})},
                            {"cwd", text_schema("directory in which it starts")},
                            {"env", texts_schema("environment, on top of the session's")},
                            {"user", text_schema("account inside")},
                            {"tag", text_schema("free label to select it by, as tag:T")},
                            {"stdin", flag_schema("it will be given input by process_input; else its input is empty")},
                            {"pty", flag_schema("run it on a terminal")},
                            {"timeout_ms", whole_schema("kill it and all it started after this time", 0)},
                            {"no_output_timeout_ms", whole_schema("the same after this long without output", 0)}}
                    + reading(1000));
}

ordered_json process_output_input() {
  return tool_input(members{process_id(),
                            {"since", whole_schema("offset to read from: next of the answer before; 0 is the start", 0)},
                            {"tail", whole_schema("the last so many bytes, instead of since", 0)}}
                      + reading(0),
                    {"process_id"});
}

ordered_json process_input_input() {
  return tool_input(members{process_id(),
                            {"text", text_schema("what to write, with \\n where Enter is meant")},
                            {"eof", flag_schema("end of input after it")}}
                      + reading(500),
                    {"process_id"});
}

ordered_json process_signal_input() {
  auto to = choice_schema("whom it goes to: tree is everything that it started", {"process", "group", "tree"});
  to["default"] = "tree";
  auto signal = text_schema("name as in signal(7): TERM, KILL, INT, …");
  signal["default"] = "TERM";
  return tool_input({process_id(), {"signal", std::move(signal)}, {"to", std::move(to)}}, {"process_id"});
}

ordered_json process_list_input() {
  return tool_input({{"state", choice_schema("only those", {"queued", "running", "ended"})},
                     {"limit", whole_schema("at most so many; 50 if not given", 1, 1000)},
                     {"cursor", text_schema("next_cursor of the page before")}});
}

ordered_json process_output_output() {
  const auto gap = object_schema({{"offset", whole_schema("of the first byte that is missing", 0)},
                                  {"length", whole_schema("how many", 0)},
                                  {"why", choice_schema("", {"cap", "skipped"})}},
                                 {"offset", "length", "why"});
  return object_schema({{"pid", whole_schema("inside the session", 0)},
                        {"session_created", flag_schema("this call made the session")},
                        {"accepted", whole_schema("bytes of the text that were given to it", 0)},
                        {"process_id", text_schema("names the process")},
                        {"output", text_schema("what it wrote, stdout and stderr in order of arrival")},
                        {"next", whole_schema("since of the next process_output", 0)},
                        {"state", choice_schema("", {"queued", "running", "ended"})},
                        {"exit_code", or_null(whole_schema("null unless the program itself exited"))},
                        {"signal", or_null(whole_schema("what killed it"))},
                        {"reason", text_schema("exited, signalled, timed_out, …; empty while it runs")},
                        {"limits_hit", list_schema("limits that were hit while it ran", {{"type", "string"}})},
                        {"found", flag_schema("the output ends with the text of until")},
                        {"truncated", flag_schema("the output was cut to the budget")},
                        {"gaps", list_schema("output that is not kept", gap)}},
                       {"process_id", "output", "next", "state", "exit_code", "reason", "truncated"});
}

ordered_json process_signal_output() {
  return object_schema({{"process_id", text_schema("names the process")},
                        {"state", choice_schema("half a second later", {"queued", "running", "ended"})},
                        {"reason", text_schema("why it ended; empty while it runs")}},
                       {"process_id", "state", "reason"});
}

ordered_json process_list_output() {
  return object_schema({{"items", list_schema("processes, newest first", {{"type", "object"}})},
                        {"next_cursor", or_null(text_schema("for the next page"))}},
                       {"items"});
}

} // namespace strata
