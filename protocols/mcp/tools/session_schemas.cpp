// SPDX-License-Identifier: MIT
#include "protocols/json/schema.hpp"
#include "protocols/mcp/tools/sessions.hpp"

namespace strata {

namespace {

ordered_json owner() { return text_schema("owner of the session"); }
ordered_json name() { return text_schema("name of the session"); }

std::vector<named_schema> session_members() {
  return {{"owner_id", owner()},
          {"session_id", name()},
          {"uid", text_schema("the server's own name of it, never used again")},
          {"created", flag_schema("by this call")},
          {"state", text_schema("creating, ready, closing, closed or failed")},
          {"created_at", text_schema("RFC 3339")},
          {"last_active_at", text_schema("RFC 3339")},
          {"expires_at", or_null(text_schema("absolute end; null: never"))},
          {"idle_ttl_ms", whole_schema("ends after this much idleness; 0: never")},
          {"metadata", texts_schema("labels")},
          {"counts", {{"type", "object"}, {"description", "running and waiting commands, shells"}}}};
}

} // namespace

ordered_json session_create_input() {
  return object_schema({{"owner_id", owner()},
                        {"session_id", text_schema("name of the session; left out: the server chooses one")},
                        {"metadata", texts_schema("labels")},
                        {"env", texts_schema("environment of every command")},
                        {"user", text_schema("account inside")},
                        {"cwd", text_schema("directory in which shells start")},
                        {"network", choice_schema("what it may reach", {"none", "host"})},
                        {"idle_ttl_ms", whole_schema("end after this much idleness; 0: never", 0)},
                        {"expires_in_ms", whole_schema("end at this time from now", 1)}});
}

ordered_json session_list_input() {
  return object_schema({{"owner_id", owner()},
                        {"state", choice_schema("only of this state", {"creating", "ready", "closing", "closed", "failed"})},
                        {"limit", whole_schema("at most so many, 100 if not given", 1, 1000)},
                        {"cursor", text_schema("next_cursor of the page before")}});
}

ordered_json session_name_input() { return object_schema({{"owner_id", owner()}, {"session_id", name()}}); }

ordered_json session_update_input() {
  return object_schema({{"owner_id", owner()},
                        {"session_id", name()},
                        {"metadata",
                         {{"type", "object"},
                          {"additionalProperties", {{"type", {"string", "null"}}}},
                          {"description", "labels to set; null removes"}}},
                        {"idle_ttl_ms", whole_schema("end after this much idleness; 0: never", 0)},
                        {"expires_in_ms", whole_schema("end at this time from now", 1)}});
}

ordered_json session_output() { return object_schema(session_members(), {"owner_id", "session_id", "uid", "state"}); }

ordered_json session_list_output() {
  return object_schema(
    {{"items", list_schema("newest first", session_output())}, {"next_cursor", or_null(text_schema("null: the last page"))}},
    {"items"});
}

ordered_json session_close_output() {
  return object_schema({{"status", text_schema("closed")}, {"reason", text_schema("why it ended, of the first close")}},
                       {"status", "reason"});
}

ordered_json no_input() { return object_schema({}); }

ordered_json server_stats_output() {
  return object_schema({{"active_sessions", whole_schema("live sessions")},
                        {"max_sessions", whole_schema("how many there may be")},
                        {"draining", flag_schema("the server is stopping")}},
                       {"active_sessions", "max_sessions", "draining"});
}

} // namespace strata
