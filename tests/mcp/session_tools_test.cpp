// SPDX-License-Identifier: MIT
#include "tests/mcp/mcp_test.hpp"

#include <set>

using namespace strata;
using namespace strata::test;
using testing::StartsWith;

class mcp_session_tools : public mcp_test {
protected:
  json call(const std::string& tool, json arguments) {
    const auto answer =
      post(request("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}}), session_header(), "/mcp?tools=full");
    return body_of(answer)["result"];
  }
};

TEST_F(mcp_session_tools, create_may_leave_the_name_to_the_server) {
  call("session_create", {{"owner_id", "a"}, {"metadata", {{"k", "v"}}}, {"network", "none"}, {"idle_ttl_ms", 5}});
  const auto seen = door.calls<create_session>(1).at(0).first;
  EXPECT_TRUE(seen.generate_id);
  EXPECT_EQ(seen.metadata.at("k"), "v");
  EXPECT_EQ(seen.network.mode, "none");
  EXPECT_EQ(seen.idle_ttl_ms, 5);
}

TEST_F(mcp_session_tools, list_get_update_close_and_count) {
  door.answer<list_sessions>([](const list_sessions&) { return session_page{{session_info{}}, "more"}; });
  auto result = call("session_list", {{"owner_id", "a"}, {"state", "ready"}, {"limit", 1}});
  EXPECT_EQ(result["structuredContent"]["next_cursor"], "more");
  EXPECT_EQ(json::parse(result["content"][0]["text"].get<std::string>()), result["structuredContent"]);
  EXPECT_EQ(call("session_get", {{"owner_id", "a"}, {"session_id", "b"}})["isError"], false);
  call("session_update", {{"owner_id", "a"}, {"session_id", "b"}, {"metadata", {{"k", nullptr}}}});
  EXPECT_FALSE(door.calls<update_session>(1).at(0).first.metadata.at("k"));
  door.answer<close_session>([](const close_session&) { return close_session_response{"closed_by_user"}; });
  EXPECT_EQ(call("session_close", {{"owner_id", "a"}, {"session_id", "b"}})["structuredContent"]["reason"], "closed_by_user");
  door.answer<get_stats>([](const get_stats&) { return server_stats{3, 100, false}; });
  EXPECT_EQ(call("server_stats", json::object())["structuredContent"]["active_sessions"], 3);
}

TEST_F(mcp_session_tools, mistakes_are_results_that_say_what_to_do) {
  const auto text = [&](const std::string& tool, json arguments) {
    const auto result = call(tool, std::move(arguments));
    EXPECT_EQ(result["isError"], true);
    return result["content"][0]["text"].get<std::string>();
  };
  EXPECT_THAT(text("session_get", {{"owner_id", "a"}}), StartsWith("invalid_argument: "));
  EXPECT_THAT(text("session_get", {{"owner_id", "a"}, {"session_id", "b"}, {"colour", "red"}}),
              StartsWith("unknown_field: unknown field colour"));
  EXPECT_THAT(text("session_list", {{"state", "happy"}}), StartsWith("invalid_argument: state"));
  door.answer<get_session>([](const get_session&) -> result<session_info> {
    return error{errc::session_not_found, "no such session"};
  });
  EXPECT_EQ(text("session_get", {{"owner_id", "a"}, {"session_id", "b"}}), "session_not_found: no such session");
}

TEST_F(mcp_session_tools, say_what_they_may_do) {
  const auto tools = body_of(post(request("tools/list", json::object()), session_header(), "/mcp?tools=full"))["result"]["tools"];
  for (const auto& tool : tools) {
    EXPECT_EQ(tool["inputSchema"]["type"], "object");
    EXPECT_EQ(tool["outputSchema"]["type"], "object");
    const auto& hints = tool["annotations"];
    const auto name = tool["name"].get<std::string>();
    const std::set<std::string> readers{"session_list",    "session_get", "server_stats", "process_output", "process_list",
                                        "terminal_screen", "file_read",   "file_list",    "file_search"};
    const std::set<std::string> takers{"exec",          "session_close",  "process_start",  "process_input", "process_signal",
                                       "terminal_open", "terminal_input", "terminal_close", "file_write",    "file_edit"};
    EXPECT_EQ(hints["readOnlyHint"], readers.contains(name)) << name;
    EXPECT_EQ(hints["destructiveHint"], takers.contains(name)) << name;
    EXPECT_EQ(hints["openWorldHint"], false) << name;
  }
}
