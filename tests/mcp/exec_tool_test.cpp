// SPDX-License-Identifier: MIT
// The tool exec: the seed's contract, and what is beside it.
#include "tests/mcp/mcp_test.hpp"

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::StartsWith;

class mcp_exec : public mcp_test {};

TEST_F(mcp_exec, answers_the_seeds_text_and_a_structured_result) {
  door.answer<exec_request>([](const exec_request&) { return printed("\nhi\n\n"); });
  auto result = call_older("exec", on("x"));
  ASSERT_EQ(result["content"].size(), 1U);
  EXPECT_EQ(result["content"][0]["text"], "hi");
  EXPECT_EQ(result["isError"], false);
  EXPECT_EQ(result["structuredContent"]["output"], "\nhi\n\n");
  EXPECT_EQ(result["structuredContent"]["exit_code"], 0);
  EXPECT_EQ(result["structuredContent"]["process_id"], "p1-abcd");
  EXPECT_FALSE(result["structuredContent"].contains("stdout"));
  door.answer<exec_request>([](const exec_request&) { return printed("", 1); });
  result = call_older("exec", on("x"));
  EXPECT_EQ(result["content"][0]["text"], "(empty output)");
  EXPECT_EQ(result["content"][1]["text"], "[exit 1, 320 ms]");
  EXPECT_EQ(result["isError"], false);
  const auto seen = door.calls<exec_request>(1).at(0);
  EXPECT_TRUE(seen.first.merge);
  EXPECT_EQ(seen.second.protocol, "mcp");
}

TEST_F(mcp_exec, patience_is_not_a_timeout) {
  const auto asked = [&](json extra) {
    auto arguments = on("x");
    arguments.update(extra);
    const auto before = door.calls<exec_request>().size();
    call_older("exec", arguments);
    const auto all = door.calls<exec_request>(before + 1);
    return std::pair{all.back().first.timeout_ms, all.back().first.wait_ms};
  };
  using times = std::pair<std::optional<std::int64_t>, std::optional<std::int64_t>>;
  EXPECT_EQ(asked(json::object()), (times{std::nullopt, 30'000}));
  EXPECT_EQ(asked({{"timeout_ms", 500}}), (times{500, std::nullopt}));
  EXPECT_EQ(asked({{"wait_ms", 500}}), (times{std::nullopt, 500}));
  EXPECT_EQ(asked({{"timeout_ms", -1}}), (times{std::nullopt, 30'000}));
  auto patient = on("x");
  patient["wait_ms"] = 50'001;
  const auto refused = call_older("exec", patient);
  EXPECT_EQ(refused["isError"], true);
  EXPECT_THAT(refused["content"][0]["text"].get<std::string>(), StartsWith("exec failed: invalid_argument: wait_ms"));
}

TEST_F(mcp_exec, a_command_that_is_handed_over_is_no_error) {
  door.answer<exec_request>([](const exec_request&) {
    auto ran = printed("some");
    ran.state = process_state::running;
    ran.exit_code.reset();
    ran.reason.clear();
    return ran;
  });
  const auto result = call_older("exec", on("x"));
  EXPECT_EQ(result["content"][1]["text"], "[running as p1-abcd, next=4: use process_output]");
  EXPECT_EQ(result["structuredContent"]["state"], "running");
  EXPECT_EQ(result["structuredContent"]["exit_code"], nullptr);
}

TEST_F(mcp_exec, limits_that_were_hit_are_told) {
  door.answer<exec_request>([](const exec_request&) {
    auto ran = printed("");
    ran.exit_code.reset();
    ran.signal = 9;
    ran.reason = "oom_killed";
    ran.limits_hit = {"memory", "pids"};
    return ran;
  });
  const auto result = call_older("exec", on("x"));
  EXPECT_THAT(result["content"][1]["text"].get<std::string>(),
              testing::MatchesRegex(R"(\[oom_killed 9, .* ms; limits hit: memory, pids\])"));
  EXPECT_EQ(result["structuredContent"]["limits_hit"], (json{"memory", "pids"}));
}

TEST_F(mcp_exec, identity_is_the_seeds) {
  EXPECT_EQ(call_older("exec", {{"command", "x"}})["content"][0]["text"], "owner_id and session_id are required");
  EXPECT_EQ(call_older("exec", {{"owner_id", "a"}, {"session_id", "b"}})["content"][0]["text"], "command is required");
  call_older("exec", {{"uid", "u"}, {"sid", "s"}, {"command", "x"}});
  call_older("exec", on("x"), "X-Owner-Id: header\r\n");
  const auto seen = door.calls<exec_request>(2);
  EXPECT_EQ(seen[0].first.session.key, (session_key{"u", "s"}));
  EXPECT_EQ(seen[1].first.session.key, (session_key{"header", "b"}));
}

TEST_F(mcp_exec, errors_are_results_that_name_their_code) {
  door.answer<exec_request>([](const exec_request&) -> strata::result<exec_response> {
    return error{errc::shell_busy, "p1-abcd holds it"};
  });
  auto result = call_older("exec", on("x"));
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["content"][0]["text"], "exec failed: shell_busy: p1-abcd holds it");
  EXPECT_FALSE(result.contains("structuredContent"));
  door.answer<exec_request>([](const exec_request&) -> strata::result<exec_response> {
    return error{errc::quota_exceeded, "full"};
  });
  EXPECT_EQ(call_older("exec", on("x"))["content"][0]["text"], "session failed: quota_exceeded: full");
  EXPECT_EQ(call_older("exec", {{"owner_id", "a"}, {"session_id", "b"}, {"command", 7}})["isError"], true);
}

TEST_F(mcp_exec, output_keeps_to_its_budget) {
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += "line " + std::to_string(i) + "\n";
  door.answer<exec_request>([&](const exec_request&) { return printed(lines); });
  auto arguments = on("x");
  arguments["max_output_bytes"] = 1000;
  const auto result = call_older("exec", arguments);
  const auto output = result["structuredContent"]["output"].get<std::string>();
  EXPECT_LE(output.size(), 1100U);
  EXPECT_THAT(output, StartsWith("line 0\nline 1\n"));
  EXPECT_THAT(output, HasSubstr(" bytes left out ...]\nline "));
  EXPECT_THAT(output, testing::EndsWith("line 9999\n"));
  EXPECT_EQ(result["structuredContent"]["truncated"], true);
  EXPECT_THAT(result["content"][1]["text"].get<std::string>(), StartsWith("[cut: "));
  arguments["max_output_bytes"] = 100'001;
  EXPECT_EQ(call_older("exec", arguments)["isError"], true);
}

TEST_F(mcp_exec, before_2026_only_a_notification_cancels) {
  door.hold_execs(true);
  const auto session = session_header();
  auto one = client();
  one.send(request_text("POST", "/mcp/", request("tools/call", {{"name", "exec"}, {"arguments", on("x")}}, "call-7").dump(),
                        type + session));
  door.calls<exec_request>(1);
  EXPECT_EQ(
    post({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", "call-8"}}}}, session).status,
    202);
  EXPECT_EQ(door.disconnects(), 0U);
  EXPECT_EQ(
    post({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", "call-7"}}}}, session).status,
    202);
  EXPECT_TRUE(door.wait_for_disconnect(0));
  // A client that goes away cancels nothing: its connection is known to be gone when another call was served after it.
  auto two = client();
  two.send(
    request_text("POST", "/mcp/", request("tools/call", {{"name", "exec"}, {"arguments", on("y")}}).dump(), type + session));
  door.calls<exec_request>(2);
  two.reset();
  access(4); // the reset was heard
  EXPECT_EQ(door.disconnects(), 1U);
  door.release_execs();
}

TEST_F(mcp_exec, from_2026_on_the_client_that_leaves_cancels) {
  door.hold_execs(true);
  auto one = client();
  one.send(request_text("POST", "/mcp/", modern("tools/call", {{"name", "exec"}, {"arguments", on("x")}}).dump(),
                        type + modern_headers("tools/call", "exec")));
  door.calls<exec_request>(1);
  one.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  door.release_execs();
}

TEST_F(mcp_exec, progress_is_told_to_those_who_ask) {
  auto log = journal::make({.tail_bytes = 4096});
  door.answer<exec_request>([&](const exec_request& request) {
    request.on_started({"p1-abcd", 7, "uid", false, log->follow(0, lag::hold_back).value()});
    log->append(output_stream::merged, "half\n");
    std::this_thread::sleep_for(std::chrono::milliseconds{400}); // the interval of progress, not a wait for somebody
    log->end({"exited", 0, {}, {}, 0});
    return printed("half\n");
  });
  auto call = request("tools/call", {{"name", "exec"}, {"arguments", on("x")}, {"_meta", {{"progressToken", "t-1"}}}});
  auto one = client();
  one.send("POST /mcp/ HTTP/1.0\r\nHost: localhost\r\nAccept: application/json, text/event-stream\r\n" + std::string{type}
           + session_header() + "Content-Length: " + std::to_string(call.dump().size()) + "\r\n\r\n" + call.dump());
  bool ended = false;
  const auto text = one.receive_rest(ended);
  EXPECT_TRUE(ended);
  EXPECT_THAT(text, HasSubstr("Content-Type: text/event-stream"));
  const auto told = text.find("\"progressToken\":\"t-1\",\"progress\":5,\"message\":\"half\\n\"");
  const auto result = text.find("\"structuredContent\"");
  EXPECT_NE(told, text.npos) << text;
  EXPECT_LT(told, result);
  EXPECT_NE(result, text.npos);
}
