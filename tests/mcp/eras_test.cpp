// SPDX-License-Identifier: MIT
// Both eras on one endpoint.
#include "protocols/mcp/tool.hpp"
#include "tests/mcp/mcp_test.hpp"

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::StartsWith;

class mcp_eras : public mcp_test {
protected:
  int fault_of(const raw_response& answer) { return body_of(answer)["error"].value("code", 0); }
};

TEST_F(mcp_eras, older_clients_begin_with_initialize) {
  const auto answer = post(request("initialize", {{"protocolVersion", "2024-11-05"}}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.headers.at("mcp-session-id"), StartsWith("mcp-session-"));
  const auto result = body_of(answer)["result"];
  EXPECT_EQ(result["protocolVersion"], "2024-11-05");
  EXPECT_EQ(result["serverInfo"]["name"], "strata");
  EXPECT_THAT(result["instructions"].get<std::string>(), HasSubstr("exec"));
  EXPECT_EQ(body_of(post(request("initialize", {{"protocolVersion", "1999-01-01"}})))["result"]["protocolVersion"], "2025-11-25");
}

TEST_F(mcp_eras, the_seeds_client_is_served) { // */*, no version header, no notifications/initialized
  const auto answer = post(request("tools/list", json::object()), session_header() + "Accept: */*\r\n", "/mcp");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(body_of(answer)["result"]["tools"][0]["name"], "exec");
  EXPECT_FALSE(body_of(answer)["result"].contains("resultType"));
}

TEST_F(mcp_eras, older_requests_need_their_session) {
  EXPECT_EQ(post(request("ping", json::object())).status, 400);
  EXPECT_EQ(body_of(post(request("ping", json::object()), "Mcp-Session-Id: x\r\n"))["error"]["message"], "Invalid session ID");
  EXPECT_EQ(post(request("ping", json::object()), "Mcp-Session-Id: mcp-session-00000000-0000-4000-8000-000000000000\r\n").status,
            404);
  const auto session = session_header();
  EXPECT_EQ(body_of(post(request("ping", json::object()), session))["result"], json::object());
  EXPECT_EQ(post({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}}, session).status, 202);
  EXPECT_EQ(ask("DELETE", "/mcp/", {}, session).status, 200);
  EXPECT_EQ(ask("DELETE", "/mcp/", {}, session).status, 404);
  EXPECT_EQ(post(request("ping", json::object()), session).status, 404);
  EXPECT_EQ(ask("GET", "/mcp/").status, 405);
}

TEST_F(mcp_eras, unknown_methods_and_tools_are_faults) {
  auto answer = post(request("no/such", json::object()), session_header());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(fault_of(answer), -32601);
  EXPECT_EQ(fault_of(post(request("tools/call", {{"name", "nothing"}}), session_header())), -32602);
  answer = post(modern("no/such"), modern_headers("no/such"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(fault_of(answer), -32601);
  for (const auto* gone : {"initialize", "ping", "logging/setLevel"})
    EXPECT_EQ(post(modern(gone), modern_headers(gone)).status, 404) << gone;
  answer = post(modern("tools/call", {{"name", "nothing"}}), modern_headers("tools/call", "nothing"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(fault_of(answer), -32602);
}

TEST_F(mcp_eras, stateless_requests_say_all_themselves) {
  const auto discovered = body_of(post(modern("server/discover"), modern_headers("server/discover")))["result"];
  EXPECT_EQ(discovered["supportedVersions"][0], "2026-07-28");
  EXPECT_EQ(discovered["resultType"], "complete");
  EXPECT_GE(discovered["ttlMs"].get<int>(), 0);
  EXPECT_EQ(discovered["cacheScope"], "private");
  EXPECT_EQ(discovered["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "strata");
  EXPECT_EQ(
    post({{"jsonrpc", "2.0"}, {"method", "notifications/x"}, {"params", modern("")["params"]}}, modern_headers("notifications/x"))
      .status,
    202);
}

TEST_F(mcp_eras, headers_must_say_what_the_body_says) {
  const auto list = modern("tools/list");
  const auto refused = [&](const json& message, const std::string& headers, int code) {
    const auto answer = post(message, headers);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(fault_of(answer), code) << answer.body;
  };
  refused(list, "MCP-Protocol-Version: 2026-07-28\r\n", -32020);
  refused(list, "Mcp-Method: tools/list\r\n", -32020);
  refused(list, "MCP-Protocol-Version: 2025-11-25\r\nMcp-Method: tools/list\r\n", -32020);
  refused(list, modern_headers("tools/call"), -32020);
  refused(modern("tools/call", {{"name", "exec"}}), modern_headers("tools/call"), -32020);
  refused(modern("tools/call", {{"name", "exec"}}), modern_headers("tools/call", "other"), -32020);
  refused(request("tools/list", json::object()), modern_headers("tools/list"), -32602);
  auto bare = list;
  bare["params"]["_meta"].erase("io.modelcontextprotocol/clientCapabilities");
  refused(bare, modern_headers("tools/list"), -32602);
  auto later = list;
  later["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01";
  const auto answer = post(later, "MCP-Protocol-Version: 2099-01-01\r\nMcp-Method: tools/list\r\n");
  EXPECT_EQ(fault_of(answer), -32022);
  EXPECT_EQ(body_of(answer)["error"]["data"]["requested"], "2099-01-01");
  EXPECT_EQ(body_of(answer)["error"]["data"]["supported"].size(), 5U);
  // "=?base64?…?=" carries what a header cannot.
  EXPECT_EQ(post(modern("tools/call", {{"name", "server_stats"}}), modern_headers("tools/call", "=?base64?c2VydmVyX3N0YXRz?="),
                 "/mcp/?tools=full")
              .status,
            200);
}

TEST_F(mcp_eras, what_is_no_message_is_refused) {
  EXPECT_EQ(ask("POST", "/mcp/", "{}", "Content-Type: text/plain\r\n").status, 400);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", "{", type)), -32700);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", "[]", type)), -32600);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", R"({"jsonrpc":"1.0","id":1,"method":"ping"})", type)), -32600);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", R"({"jsonrpc":"2.0","id":null,"method":"ping"})", type)), -32600);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", R"({"jsonrpc":"2.0","id":1,"method":7})", type)), -32600);
  EXPECT_EQ(fault_of(ask("POST", "/mcp/", R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", type)), -32602);
  EXPECT_EQ(post(request("ping", json::object()), "Origin: https://evil.example\r\n").status, 403);
}

TEST_F(mcp_eras, the_url_names_a_session_for_calls_that_name_none) {
  door.answer<exec_request>([](const exec_request&) { return printed("hi"); });
  const auto asked = [&](const std::string& tool, json arguments, const std::string& headers) {
    const auto before = door.calls<exec_request>().size();
    post(request("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}}), session_header() + headers,
         "/mcp/?names=seed&owner=al%20ice&session=build");
    const auto key = door.calls<exec_request>(before + 1).back().first.session.key;
    return key.owner_id + "/" + key.session_id;
  };
  EXPECT_EQ(asked("exec", {{"command", "x"}}, ""), "al ice/build");
  EXPECT_EQ(asked("strata_exec", {{"command", "x"}, {"owner_id", "bob"}}, ""), "bob/build");
  EXPECT_EQ(asked("exec", {{"command", "x"}, {"owner_id", "bob"}, {"session_id", "b"}}, "X-Owner-Id: carol\r\n"), "carol/b");
}

TEST_F(mcp_eras, tool_sets_are_chosen_by_the_url) {
  const auto names = [&](const std::string& target) {
    std::vector<std::string> found;
    const auto listed = body_of(post(request("tools/list", json::object()), session_header(), target));
    for (const auto& tool : listed["result"]["tools"])
      found.push_back(tool["name"]);
    return found;
  };
  using list = std::vector<std::string>;
  EXPECT_EQ(names("/mcp/"),
            (list{"exec", "process_start", "process_output", "process_input", "process_signal", "process_list", "file_read",
                  "file_write", "file_edit", "file_list", "file_search", "session_create", "session_list", "session_close"}));
  EXPECT_EQ(names("/mcp?tools=readonly"), (list{"process_output", "process_list", "terminal_screen", "file_read", "file_list",
                                                "file_search", "session_list", "session_get", "server_stats"}));
  EXPECT_EQ(names("/mcp?tools=full").size(), all_tools().size());
  EXPECT_EQ(names("/mcp/?names=seed"),
            (list{"exec", "strata_exec", "process_start", "process_output", "process_input", "process_signal", "process_list",
                  "file_read", "file_write", "file_edit", "file_list", "file_search", "session_create", "session_list",
                  "session_close", "strata_stats"}));
  EXPECT_EQ(names("/mcp/?names=seed&tools=readonly"),
            (list{"process_output", "process_list", "terminal_screen", "file_read", "file_list", "file_search", "session_list",
                  "session_get", "server_stats", "strata_stats"}));
  EXPECT_EQ(post(request("tools/list", json::object()), session_header(), "/mcp?names=x").status, 400);
  EXPECT_EQ(post(request("tools/list", json::object()), session_header(), "/mcp?tools=x").status, 400);
}
