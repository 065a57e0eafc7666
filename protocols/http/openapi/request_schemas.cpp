// SPDX-License-Identifier: MIT
#include "actors/operations/exec.hpp"
#include "actors/operations/processes.hpp"
#include "actors/operations/sessions.hpp"
#include "actors/operations/shells.hpp"
#include "actors/operations/terminals.hpp"
#include "protocols/http/openapi/schemas.hpp"
#include "protocols/json/field_schema.hpp"

namespace strata {

namespace {

/// Bounds that the operations set beyond the type; the member must be there.
void constrain(ordered_json& schema, std::string_view member, const ordered_json& bounds) {
  schema["properties"].at(std::string{member}).update(bounds);
}

ordered_json id_bounds() { return {{"maxLength", 128}}; }

/// Ten years.
ordered_json duration_bounds() { return {{"minimum", 0}, {"maximum", 316'224'000'000}}; }

void constrain_session(ordered_json& schema) {
  constrain(schema, "network", {{"description", "what the session may reach"}});
  schema["properties"]["network"]["properties"]["mode"] =
    choice_schema("egress, allow and deny: unsupported in this version", {"none", "host", "egress"});
}

ordered_json create_schema() {
  auto schema = fields_schema<create_session>();
  schema["properties"]["user_id"] = text_schema("the same as owner_id, which wins");
  for (const auto* id : {"owner_id", "session_id", "user_id"})
    constrain(schema, id, id_bounds());
  constrain(schema, "if_exists", {{"enum", {"reuse", "fail"}}, {"default", "reuse"}});
  constrain(schema, "idle_ttl_ms", duration_bounds());
  constrain(schema, "expires_in_ms", duration_bounds());
  for (const auto* event : {"on_idle", "on_expiry"})
    constrain(schema, event, {{"enum", {"close", "freeze", "stop"}}, {"default", "close"}});
  constrain_session(schema);
  return schema;
}

ordered_json update_schema() {
  auto changes = [](const char* what) {
    return ordered_json{{"type", "object"}, {"additionalProperties", {{"type", {"string", "null"}}}}, {"description", what}};
  };
  auto schema = object_schema({
    {"metadata", changes("labels to set; null removes")},
    {"env", changes("environment to set; null removes")},
    {"idle_ttl_ms", whole_schema("end after this much idleness; 0 is never")},
    {"expires_at", or_null(text_schema("absolute end; null: never. Not together with expires_in_ms"))},
    {"expires_in_ms", whole_schema("the same from now")},
    {"extend_only", flag_schema("leave an end alone that is later than the new one")},
    {"network", fields_schema<network_policy>()},
  });
  schema["properties"]["network"]["additionalProperties"] = false;
  constrain_session(schema);
  constrain(schema, "expires_at", {{"format", "date-time"}});
  constrain(schema, "idle_ttl_ms", duration_bounds());
  constrain(schema, "expires_in_ms", duration_bounds());
  schema["additionalProperties"] = false;
  return schema;
}

ordered_json exec_schema() {
  auto schema = fields_schema<exec_request>();
  auto& members = schema["properties"];
  members["stdin_b64"] = text_schema("the same in base64; not together with stdin");
  members["stdin_b64"]["contentEncoding"] = "base64";
  members["expect_uid"] = text_schema("the session must have this uid");
  members["expect_uid"]["minLength"] = 1;
  constrain(schema, "command", {{"minLength", 1}});
  constrain(schema, "timeout_ms",
            {{"description", "kill the command and all it started after this time, counted from its start; "
                             "30000 without it and wait_ms; 0 and less count as absent"}});
  for (const auto* wait : {"no_output_timeout_ms", "wait_ms", "queue_ms"})
    constrain(schema, wait, duration_bounds());
  constrain(schema, "max_output_bytes", {{"minimum", 0}, {"maximum", 8 << 20}, {"default", 2 << 20}});
  constrain(schema, "shell", {{"default", default_shell}, {"maxLength", 64}, {"pattern", "^[A-Za-z0-9._-]+$"}});
  constrain(schema, "create", {{"enum", {"auto", "never"}}, {"default", "auto"}});
  constrain(schema, "on_disconnect", {{"enum", {"kill", "keep"}}, {"default", "kill"}});
  schema["required"] = {"command"};
  return schema;
}

ordered_json shell_schema() {
  auto schema = fields_schema<open_shell>();
  schema["additionalProperties"] = false;
  return schema;
}

ordered_json pty_bounds(ordered_json schema) {
  for (const auto* size : {"cols", "rows"})
    if (schema["properties"].contains(size))
      constrain(schema, size, {{"minimum", 1}, {"maximum", 1000}});
  constrain(schema, "resize", {{"enum", {"last", "smallest"}}});
  return schema;
}

ordered_json start_process_schema() {
  auto schema = fields_schema<start_process>();
  schema["additionalProperties"] = false;
  schema["properties"]["pty"] = pty_bounds(schema["properties"]["pty"]);
  constrain(schema, "argv", {{"minItems", 1}, {"maxItems", 4096}});
  constrain(schema, "stdin", {{"enum", {"none", "pipe"}}, {"default", "none"}});
  constrain(schema, "tag", id_bounds());
  constrain(schema, "name", {{"maxLength", 64}, {"pattern", "^[A-Za-z0-9._-]+$"}});
  for (const auto* time : {"timeout_ms", "no_output_timeout_ms"})
    constrain(schema, time, duration_bounds());
  constrain(schema, "wait_ms", {{"minimum", 0}, {"maximum", 86'400'000}, {"default", 0}});
  constrain(schema, "on_disconnect", {{"enum", {"keep", "kill"}}, {"default", "keep"}});
  constrain(schema, "create", {{"enum", {"auto", "never"}}, {"default", "auto"}});
  auto& output = schema["properties"]["output"]["properties"];
  output["cap_bytes"].update(ordered_json{{"minimum", 65536}, {"maximum", 4'294'967'296}});
  output["policy"].update(ordered_json{{"enum", {"drop-oldest", "block"}}, {"default", "drop-oldest"}});
  schema["oneOf"] = {{{"required", {"command"}}}, {{"required", {"argv"}}}};
  return schema;
}

ordered_json terminal_schema() {
  auto schema = pty_bounds(fields_schema<open_terminal>());
  schema["additionalProperties"] = false;
  constrain(schema, "argv", {{"maxItems", 4096}});
  constrain(schema, "name", {{"maxLength", 64}, {"pattern", "^[A-Za-z0-9._-]+$"}});
  constrain(schema, "create", {{"enum", {"auto", "never"}}, {"default", "auto"}});
  return schema;
}

ordered_json resize_schema() {
  auto schema = pty_bounds(fields_schema<resize_terminal>());
  schema["additionalProperties"] = false;
  schema["dependentRequired"] = {{"cols", {"rows"}}, {"rows", {"cols"}}};
  schema["minProperties"] = 1;
  return schema;
}

ordered_json signal_schema() {
  auto schema = fields_schema<signal_process>();
  schema["additionalProperties"] = false;
  constrain(schema, "signal", {{"default", "TERM"}});
  constrain(schema, "to", {{"enum", {"process", "group", "tree"}}, {"default", "process"}});
  return schema;
}

ordered_json input_schema() {
  auto schema = object_schema({{"text", text_schema("text to write")}, {"b64", text_schema("bytes to write, in base64")}});
  constrain(schema, "b64", {{"contentEncoding", "base64"}});
  schema["additionalProperties"] = false;
  schema["oneOf"] = {{{"required", {"text"}}}, {{"required", {"b64"}}}};
  return schema;
}

ordered_json keys_schema() {
  auto schema = object_schema({{"text", text_schema("text to write")},
                               {"b64", text_schema("bytes to write, in base64; not together with text")},
                               {"keys", list_schema("keys to press after them: enter, ctrl-c, up, f5", {{"type", "string"}})}});
  constrain(schema, "b64", {{"contentEncoding", "base64"}});
  constrain(schema, "keys", {{"maxItems", 256}});
  schema["additionalProperties"] = false;
  schema["minProperties"] = 1;
  return schema;
}

ordered_json rpc_schema() {
  auto schema = object_schema({{"jsonrpc", {{"const", "2.0"}}},
                               {"id", {{"type", {"string", "integer"}}, {"description", "absent in a notification"}}},
                               {"method", text_schema("as the specification of MCP has it")},
                               {"params", {{"type", "object"}}}},
                              {"jsonrpc"});
  schema["description"] = "one message of JSON-RPC 2.0: a request, a notification or an answer";
  return schema;
}

} // namespace

ordered_json schema_reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string{name}}}; }

ordered_json request_schemas() {
  return {
    {"CreateSession", create_schema()},  {"UpdateSession", update_schema()}, {"ExecRequest", exec_schema()},
    {"OpenShell", shell_schema()},       {"RpcMessage", rpc_schema()},       {"StartProcess", start_process_schema()},
    {"SignalProcess", signal_schema()},  {"ProcessInput", input_schema()},   {"OpenTerminal", terminal_schema()},
    {"ResizeTerminal", resize_schema()}, {"TerminalKeys", keys_schema()},
  };
}

} // namespace strata
