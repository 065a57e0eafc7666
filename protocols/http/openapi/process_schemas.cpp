// SPDX-License-Identifier: MIT
// What answers about processes hold.
#include "protocols/http/openapi/answers.hpp"
#include "protocols/http/openapi/schemas.hpp"

namespace strata {

namespace {

ordered_json end_schema() {
  return answer_schema(
    "how a process ended",
    {{"reason", text_schema("exited, signalled, timed_out, no_output, killed_by_user, cancelled, session_closed, …")},
     {"exit_code", or_null(whole_schema("null unless the program itself exited", 0, 255))},
     {"signal", or_null(whole_schema("what killed it", 1, 64))},
     {"limits_hit", list_schema("limits that were hit: memory, pids, output, disk", {{"type", "string"}})},
     {"left_running", whole_schema("processes that it left behind", 0)},
     {"at", time_schema("when")}},
    {"at"});
}

ordered_json null_or(ordered_json schema) { return {{"oneOf", {std::move(schema), {{"type", "null"}}}}}; }

ordered_json process_schema() {
  const auto size = answer_schema("its terminal", {{"cols", whole_schema("columns", 1, 1000)},
                                                   {"rows", whole_schema("rows", 1, 1000)},
                                                   {"resize", choice_schema("whose size it has", {"last", "smallest"})}});
  return answer_schema("anything that runs or ran in a session",
                       {{"id", text_schema("as p12-x7q4; never used again")},
                        {"kind", choice_schema("exec: of a command shell; terminal: on a PTY", {"exec", "process", "terminal"})},
                        {"name", or_null(text_schema("of a terminal"))},
                        {"tag", or_null(text_schema("free label"))},
                        {"state", choice_schema("", {"queued", "running", "ended"})},
                        {"pid", or_null(whole_schema("inside the session; null before it started", 1))},
                        {"command", or_null(text_schema("shell text; null with argv. Long ones are cut"))},
                        {"argv", list_schema("a program and its arguments", {{"type", "string"}})},
                        {"cwd", text_schema("as asked for; empty: the session's")},
                        {"user", text_schema("as asked for; empty: the session's")},
                        {"shell", or_null(text_schema("command shell of an exec"))},
                        {"merge", flag_schema("one stream, output")},
                        {"stdin", flag_schema("it was started with an input")},
                        {"pty", null_or(size)},
                        {"viewers", whole_schema("who follow it", 0)},
                        {"created_at", time_schema("when it was asked for")},
                        {"started_at", or_null(time_schema("when it started"))},
                        {"end", null_or(schema_reference("ProcessEnd"))},
                        {"next", whole_schema("bytes of all its streams so far", 0)},
                        {"oldest", whole_schema("the first of them that is kept", 0)},
                        {"stdin_offset", whole_schema("bytes of input accepted so far", 0)},
                        {"created", flag_schema("this call started it")},
                        {"session_created", flag_schema("this call made the session")},
                        {"session_uid", text_schema("uid of the session")}});
}

ordered_json record_schema() {
  auto bytes = text_schema("the bytes, where they are no UTF-8");
  bytes["contentEncoding"] = "base64";
  auto schema = answer_schema("output: text or b64; or a gap",
                              {{"offset", whole_schema("of its first byte, over all streams", 0)},
                               {"stream", choice_schema("", {"stdout", "stderr", "output"})},
                               {"time", time_schema("when its first byte arrived")},
                               {"text", text_schema("the bytes, where they are UTF-8")},
                               {"b64", std::move(bytes)},
                               {"gap", whole_schema("bytes that are missing", 1)},
                               {"why", choice_schema("cap: not kept any more; skipped: passed over", {"cap", "skipped"})}},
                              {"stream", "time", "text", "b64", "gap", "why"});
  return schema;
}

ordered_json screen_schema() {
  const auto cursor = answer_schema(
    "where it is",
    {{"row", whole_schema("from 0", 0)}, {"col", whole_schema("from 0", 0)}, {"visible", flag_schema("the program shows it")}});
  return answer_schema("what is on a terminal's screen",
                       {{"id", text_schema("of the process")},
                        {"name", text_schema("of the terminal")},
                        {"cols", whole_schema("columns", 1, 1000)},
                        {"rows", whole_schema("rows", 1, 1000)},
                        {"lines", list_schema("one per row, without blanks at its end", {{"type", "string"}})},
                        {"styled", list_schema("the same with colours", {{"type", "string"}})},
                        {"cursor", cursor},
                        {"title", text_schema("as the program set it")},
                        {"alternate", flag_schema("a program that fills the screen runs")},
                        {"version", whole_schema("grows with every change", 0)},
                        {"offset", whole_schema("output before it has been shown", 0)},
                        {"incomplete", flag_schema("output was not kept, so that something may be missing")},
                        {"state", choice_schema("of its program", {"queued", "running", "ended"})}},
                       {"styled"});
}

} // namespace

ordered_json process_schemas() {
  return {
    {"Process", process_schema()},
    {"ProcessEnd", end_schema()},
    {"ProcessPage", page_schema("processes, newest first", "Process")},
    {"OutputRecord", record_schema()},
    {"OutputPage",
     answer_schema("output of a process", {{"id", text_schema("of the process")},
                                           {"records", {{"type", "array"}, {"items", schema_reference("OutputRecord")}}},
                                           {"next", whole_schema("where to go on", 0)},
                                           {"oldest", whole_schema("the first offset that is kept", 0)},
                                           {"found", flag_schema("the records end with the text of until")},
                                           {"end", null_or(schema_reference("ProcessEnd"))},
                                           {"state", choice_schema("", {"queued", "running", "ended"})}})},
    {"Screen", screen_schema()},
    {"AcceptedInput", answer_schema("", {{"accepted", whole_schema("bytes of this call that were new", 0)},
                                         {"offset", whole_schema("bytes of input so far", 0)},
                                         {"eof", flag_schema("the input ends there")}})},
  };
}

} // namespace strata
