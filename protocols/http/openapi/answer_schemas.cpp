// SPDX-License-Identifier: MIT
#include "actors/operations/sessions.hpp"
#include "protocols/error_table.hpp"
#include "protocols/http/error_response.hpp"
#include "protocols/http/openapi/answers.hpp"
#include "protocols/http/openapi/schemas.hpp"
#include "protocols/json/field_schema.hpp"

#include <algorithm>

namespace strata {

namespace {

ordered_json uid_schema(const char* what) {
  auto schema = text_schema(what);
  schema["pattern"] = "^[a-z][a-z0-9]{19}$";
  return schema;
}

ordered_json limits_schema() {
  auto schema = fields_schema<session_limits>();
  schema["description"] = "only what is set; an absent limit is the server's";
  return schema;
}

ordered_json session_schema() {
  ordered_json counts{
    {"type", "object"}, {"description", "running, queued, shells"}, {"additionalProperties", {{"type", {"integer", "string"}}}}};
  return answer_schema("a session",
                       {{"created_at", time_schema("when it was made")},
                        {"owner_id", text_schema("who it belongs to")},
                        {"session_id", text_schema("its name within its owner")},
                        {"uid", uid_schema("the server's own name of it, never used again")},
                        {"created", flag_schema("this call made it")},
                        {"state", choice_schema("", {"creating", "ready", "frozen", "stopped", "closing", "closed", "failed"})},
                        {"state_reason", text_schema("why it failed or closed, in words; else empty")},
                        {"last_active_at", time_schema("when it was used last")},
                        {"expires_at", or_null(time_schema("absolute end; null: never"))},
                        {"idle_ttl_ms", whole_schema("it ends after this much idleness; 0 is never", 0)},
                        {"metadata", texts_schema("labels")},
                        {"base", choice_schema("what its files stand on", {"host", "rootfs"})},
                        {"network", fields_schema<network_policy>()},
                        {"limits", schema_reference("SessionLimits")},
                        {"driver", text_schema("of its writable layer: kernel, fuse or none")},
                        {"isolation", texts_schema("what holds it, in words")},
                        {"counts", std::move(counts)},
                        {"closed_reason", text_schema("closed_by_user, session_expired, …; empty while it lives")},
                        {"user", text_schema("account inside")},
                        {"cwd", text_schema("directory in which shells start")}});
}

ordered_json stats_schema() {
  auto figure = [](const char* what) { return or_null(whole_schema(what, 0)); };
  return answer_schema("what a session uses now; null: this host cannot tell",
                       {{"processes", figure("processes that live")},
                        {"memory_bytes", figure("resident, summed over its processes")},
                        {"cpu_ms", figure("of the processes that live now")},
                        {"disk_bytes", figure("of its writable layer")},
                        {"output_bytes", whole_schema("what its commands have written so far", 0)},
                        {"limits", schema_reference("SessionLimits")},
                        {"limits_hit", list_schema("limits that were hit", {{"type", "string"}})}});
}

ordered_json exec_result_schema() {
  const auto base64 = [](const char* what) {
    auto schema = text_schema(what);
    schema["contentEncoding"] = "base64";
    return schema;
  };
  const auto gap = answer_schema("", {{"stream", choice_schema("", {"stdout", "stderr", "output"})},
                                      {"offset", whole_schema("of the first byte left out, in that stream", 0)},
                                      {"length", whole_schema("bytes left out", 0)}});
  return answer_schema("what a command did",
                       {{"output", text_schema("what it wrote, both streams in order of arrival; blanks at both ends removed")},
                        {"elapsed", text_schema("such as 1.5s")},
                        {"truncated", flag_schema("the middle of the output was left out")},
                        {"id", text_schema("names the command, as p12-x7q4")},
                        {"state", choice_schema("running: handed over", {"queued", "running", "ended"})},
                        {"reason", text_schema("exited, signalled, timed_out, cancelled, …; empty while it runs")},
                        {"exit_code", or_null(whole_schema("null unless the program itself exited", 0, 255))},
                        {"signal", or_null(whole_schema("what killed it", 1, 64))},
                        {"timed_out", flag_schema("it was killed at timeout_ms")},
                        {"elapsed_ms", whole_schema("since it started", 0)},
                        {"stdout", text_schema("U+FFFD in place of bytes that are no UTF-8; with merge: everything")},
                        {"stderr", text_schema("the same of standard error")},
                        {"stdout_bytes", whole_schema("all that was written", 0)},
                        {"stderr_bytes", whole_schema("all that was written", 0)},
                        {"next", whole_schema("bytes of all streams so far", 0)},
                        {"limits_hit", list_schema("limits that were hit", {{"type", "string"}})},
                        {"left_running", whole_schema("processes that it left behind", 0)},
                        {"cwd", text_schema("of the shell, afterwards")},
                        {"shell", text_schema("that it ran in")},
                        {"shell_restarted", flag_schema("the shell before it had ended")},
                        {"session_created", flag_schema("this call made the session")},
                        {"session_uid", text_schema("uid of the session")},
                        {"gaps", list_schema("where output was left out", gap)},
                        {"stdout_b64", base64("only when stdout is no UTF-8: the exact bytes")},
                        {"stderr_b64", base64("the same of standard error")},
                        {"output_b64", base64("the same of output")}},
                       {"gaps", "stdout_b64", "stderr_b64", "output_b64"});
}

/// The codes stand in the table of errors; HTTP adds its own.
ordered_json error_schema() {
  auto codes = ordered_json::array();
  for (int code = 0; code <= static_cast<int>(errc::internal); ++code)
    codes.push_back(to_string(static_cast<errc>(code)));
  for (const auto code : codes_of_http())
    codes.push_back(code);
  auto schema = answer_schema("what went wrong (RFC 9457), with facts beside it, such as holder, field or limit",
                              {{"error", text_schema("a sentence, as the first Strata had it")},
                               {"code", {{"type", "string"}, {"enum", std::move(codes)}, {"description", "for programs"}}},
                               {"type", text_schema("urn:strata:error: and the code")},
                               {"title", text_schema("the kind of the problem in words")},
                               {"status", whole_schema("of the answer", 400, 599)},
                               {"detail", text_schema("a sentence")},
                               {"retryable", flag_schema("nothing was begun: the same request may be sent again")},
                               {"request_id", text_schema("of this request")}},
                              {"request_id"});
  schema["additionalProperties"] = true;
  return schema;
}

ordered_json capabilities_schema() {
  const ordered_json words{{"type", "array"}, {"items", {{"type", "string"}}}};
  return answer_schema("what this server can do", {{"version", text_schema("of Strata")},
                                                   {"protocols", words},
                                                   {"operations", words},
                                                   {"bounds",
                                                    {{"type", "object"},
                                                     {"description", "by name: numbers, words and switches"},
                                                     {"additionalProperties", {{"type", {"integer", "string", "boolean"}}}}}}});
}

ordered_json rpc_schema() {
  auto schema = object_schema(
    {{"jsonrpc", {{"const", "2.0"}}},
     {"id", {{"type", {"string", "integer", "null"}}, {"description", "of the request; null: it had none"}}},
     {"result", {{"type", "object"}}},
     {"error",
      object_schema({{"code", {{"type", "integer"}}}, {"message", text_schema("a sentence")}, {"data", ordered_json::object()}},
                    {"code", "message"})}},
    {"jsonrpc", "id"});
  schema["description"] = "an answer of JSON-RPC 2.0: result or error";
  schema["oneOf"] = {{{"required", {"result"}}}, {{"required", {"error"}}}};
  return schema;
}

ordered_json word(const char* text) { return {{"type", "string"}, {"const", text}}; }

} // namespace

ordered_json answer_schemas() {
  const auto shell = answer_schema("a command shell", {{"name", text_schema("its name")},
                                                       {"created", flag_schema("this call made it")},
                                                       {"pid", whole_schema("inside the session; 0 before its first command", 0)},
                                                       {"cwd", text_schema("its directory")},
                                                       {"user", text_schema("its account")},
                                                       {"holder", text_schema("id of the exec that runs in it; empty: idle")},
                                                       {"queued", whole_schema("calls that wait for it", 0)}});
  auto schemas = process_schemas();
  schemas.update(file_schemas());
  const ordered_json others{
    {"Session", session_schema()},
    {"SessionLimits", limits_schema()},
    {"SessionPage", page_schema("sessions, newest first unless asked otherwise", "Session")},
    {"SessionStats", stats_schema()},
    {"ClosedSession",
     answer_schema("", {{"status", word("closed")}, {"reason", text_schema("why it ended, of the first close")}})},
    {"ExecResult", exec_result_schema()},
    {"Shell", shell},
    {"ShellList", page_schema("command shells", "Shell")},
    {"ServerStats", answer_schema("", {{"active_sessions", whole_schema("that live", 0)},
                                       {"max_sessions", whole_schema("that may live", 0)},
                                       {"draining", flag_schema("the server is stopping")}})},
    {"Health", answer_schema("", {{"status", word("ok")}})},
    {"Readiness", answer_schema("", {{"status", word("ready")}})},
    {"Version", answer_schema("", {{"name", word("strata")}, {"version", text_schema("of the server")}})},
    {"Capabilities", capabilities_schema()},
    {"Openapi", {{"type", "object"}, {"description", "a document as https://spec.openapis.org/oas/v3.1.0 describes it"}}},
    {"ClosedMcpSession", answer_schema("", {{"status", word("closed")}})},
    {"RpcAnswer", rpc_schema()},
    {"Error", error_schema()},
  };
  schemas.update(others);
  return schemas;
}

} // namespace strata
