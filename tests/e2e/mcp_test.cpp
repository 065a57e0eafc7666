// SPDX-License-Identifier: MIT
// The Model Context Protocol against the real server.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/http_client.hpp"

#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

class mcp : public server_test {
protected:
  json post(const json& message, const http_headers& more) {
    http_headers headers{{"Content-Type", "application/json"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return json::parse(http_client{server().port()}.call("POST", "/mcp/", message.dump(), headers).body);
  }
  static json message(const std::string& method, json params) {
    return {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
  }

  json older(const std::string& tool, json arguments) {
    if (protocol_session_.empty()) {
      const auto answer =
        http_client{server().port()}.call("POST", "/mcp/", message("initialize", {{"protocolVersion", "2024-11-05"}}).dump(),
                                          {{"Content-Type", "application/json"}});
      protocol_session_ = answer.headers.at("mcp-session-id");
    }
    return post(message("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}}),
                {{"Mcp-Session-Id", protocol_session_}})["result"];
  }
  json modern(const std::string& tool, json arguments) {
    json params{{"name", tool}, {"arguments", std::move(arguments)}};
    params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                       {"io.modelcontextprotocol/clientCapabilities", json::object()}};
    return post(message("tools/call", params),
                {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", tool}})["result"];
  }
  static json on(const std::string& command, const json& more = json::object()) {
    json arguments{{"owner_id", "alice"}, {"session_id", "build"}, {"command", command}};
    arguments.update(more);
    return arguments;
  }

private:
  std::string protocol_session_;
};

} // namespace

TEST_F(mcp, both_eras_use_the_same_session) {
  EXPECT_EQ(older("exec", on("cd /tmp; x=7; echo hi"))["content"][0]["text"], "hi");
  const auto result = modern("exec", on("echo $PWD $x; echo err >&2; (exit 3)"));
  EXPECT_EQ(result["structuredContent"]["output"], "/tmp 7\nerr\n");
  EXPECT_EQ(result["structuredContent"]["exit_code"], 3);
  EXPECT_EQ(result["isError"], false);
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(modern("exec", on("true"))["content"][0]["text"], "(empty output)");
  EXPECT_EQ(modern("exec", on("cat", {{"stdin", "typed"}}))["content"][0]["text"], "typed");
  EXPECT_EQ(older("session_close", {{"owner_id", "alice"}, {"session_id", "build"}})["structuredContent"]["reason"],
            "closed_by_user");
  EXPECT_THAT(modern("session_close", {{"owner_id", "alice"}, {"session_id", "build"}})["content"][0]["text"].get<std::string>(),
              testing::StartsWith("session_not_found: "));
}

TEST_F(mcp, a_command_is_handed_over_and_its_shell_is_named_busy) {
  const auto running = older("exec", on("sleep 7821", {{"wait_ms", 50}}));
  EXPECT_EQ(running["structuredContent"]["state"], "running");
  const auto id = running["structuredContent"]["process_id"].get<std::string>();
  const auto busy = older("exec", on("true"));
  EXPECT_EQ(busy["isError"], true);
  EXPECT_THAT(busy["content"][0]["text"].get<std::string>(), testing::AllOf(HasSubstr("shell_busy"), HasSubstr(id)));
  EXPECT_EQ(older("exec", on("echo beside", {{"shell", "fresh"}}))["content"][0]["text"], "beside");
}

TEST_F(mcp, a_timeout_is_an_answer) {
  const auto late = older("exec", on("echo begun; sleep 7822", {{"timeout_ms", 200}}));
  EXPECT_EQ(late["isError"], false);
  EXPECT_EQ(late["structuredContent"]["timed_out"], true);
  EXPECT_EQ(late["content"][0]["text"], "begun");
  EXPECT_TRUE(eventually([] { return !find_descendant("sleep 7822"); }));
}

TEST_F(mcp, large_output_keeps_to_its_budget) {
  const auto result = older("exec", on("seq 1 200000"));
  EXPECT_LE(result["structuredContent"]["output"].get<std::string>().size(), 20'100U);
  EXPECT_EQ(result["structuredContent"]["truncated"], true);
  EXPECT_THAT(result["structuredContent"]["output"].get<std::string>(), testing::EndsWith("199999\n200000\n"));
}

} // namespace strata::test
