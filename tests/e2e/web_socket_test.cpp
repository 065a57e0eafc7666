// SPDX-License-Identifier: MIT
// Terminals over WebSocket against the real server.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/ws_client.hpp"

#include <atomic>
#include <cstdio>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

class web_socket : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    // AddressSanitizer keeps freed memory for a while; that is not the server's own.
    setup.environment = {{"ASAN_OPTIONS", "quarantine_size_mb=4:detect_leaks=1"}};
  }
  std::string target(const std::string& query = "") { return "/api/ws/alice/build/shell" + query; }
  int open(ws_client& one, const std::string& query = "", const ws_client::headers& more = {}) {
    return one.open(server().port(), target(query), more);
  }
  static std::string input(const std::string& data) { return json{{"type", "input"}, {"data", data}}.dump(); }
};

} // namespace

TEST_F(web_socket, seed_row_16_speaks_json_text_and_makes_the_session) {
  ws_client one;
  ASSERT_EQ(open(one), 101);
  EXPECT_EQ(one.subprotocol(), "");
  ASSERT_TRUE(one.send(input("echo $((40+2)) $(tty)\n")));
  EXPECT_TRUE(one.sees("42 /dev/pts/"));
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 1);
}

TEST_F(web_socket, seed_row_17_resizes) {
  ws_client one;
  ASSERT_EQ(open(one, "?cols=90&rows=20"), 101);
  one.send(input("stty size\n"));
  EXPECT_TRUE(one.sees("20 90"));
  // bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so `read` holds the terminal.
  one.send(input("echo re''ady; read -r x; stty size\n"));
  EXPECT_TRUE(one.sees("ready\r\n"));
  one.send("nonsense");
  one.send(R"({"type":"unknown"})");
  one.send(R"({"type":"resize","rows":40,"cols":120})");
  one.send(input("\n"));
  EXPECT_TRUE(one.sees("40 120"));
}

TEST_F(web_socket, seed_row_18_tells_the_end_and_closes) {
  ws_client one;
  ASSERT_EQ(open(one), 101);
  one.send(input("exit 3\n"));
  EXPECT_TRUE(one.sees("session closed"));
  EXPECT_FALSE(one.receive());
  EXPECT_EQ(one.close_code(), 1000);
  EXPECT_EQ(one.close_reason(), "exited 3");
  ws_client next; // a new terminal
  ASSERT_EQ(open(next), 101);
  next.send(input("echo again$((1+1))\n"));
  EXPECT_TRUE(next.sees("again2"));
  EXPECT_TRUE(is_status(client().remove(session), 200));
  EXPECT_TRUE(next.sees("session closed"));
  EXPECT_FALSE(next.receive());
  EXPECT_EQ(next.close_reason(), "session_closed");
}

TEST_F(web_socket, seed_row_19_identity_comes_by_path_or_header_and_leaving_ends_nothing) {
  ws_client one;
  EXPECT_EQ(one.open(server().port(), "/api/ws/shell"), 400);
  ws_client two;
  ASSERT_EQ(two.open(server().port(), "/api/ws/shell", {{"X-Owner-Id", "alice"}, {"X-Session-Id", "build"}}), 101);
  two.send(input("kept=yes; echo set$((1+1))\n"));
  EXPECT_TRUE(two.sees("set2"));
  two.close();
  ws_client three;
  ASSERT_EQ(open(three), 101);
  three.send(input("echo \"is $kept\"\n"));
  EXPECT_TRUE(three.sees("is yes"));
}

TEST_F(web_socket, seed_bug_6_every_viewer_sees_everything) {
  ws_client one, two;
  ASSERT_EQ(open(one), 101);
  ASSERT_EQ(open(two), 101);
  for (int i = 0; i < 20; ++i) {
    one.send(input(fmt::format("echo $(({}*1000+7))\n", i + 1)));
    const auto expected = std::to_string((i + 1) * 1000 + 7);
    EXPECT_TRUE(one.sees(expected));
    EXPECT_TRUE(two.sees(expected));
  }
  EXPECT_EQ(client().output(session, "echo exec"), "exec"); // which has a shell of its own
}

TEST_F(web_socket, seed_bug_9_bytes_and_characters_survive) {
  ws_client text, raw, attach;
  ASSERT_EQ(open(text), 101);
  ASSERT_EQ(open(raw, "", {{"Sec-WebSocket-Protocol", "other, strata.raw"}}), 101);
  EXPECT_EQ(raw.subprotocol(), "strata.raw");
  ASSERT_EQ(open(attach, "?mode=attach"), 101);
  EXPECT_THAT(raw.receive()->data, HasSubstr("\"type\":\"ready\""));
  attach.send("printf 'x\\342'; sleep 0.05; printf '\\202\\254y \\377z\\n'\n"); // text is input
  EXPECT_TRUE(raw.sees("x\xe2\x82\xacy \xffz"));
  EXPECT_TRUE(attach.sees("x\xe2\x82\xacy \xffz"));
  EXPECT_TRUE(text.sees("x€y \xEF\xBF\xBDz"));
  raw.send("stty raw -echo; printf ready$((1+1)); head -c 256 | od -An -tx1 -v | tr -d ' \\n'\n", false);
  EXPECT_TRUE(raw.sees("ready2"));
  std::string all, hex;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    hex += fmt::format("{:02x}", i);
  }
  raw.send(all, false);
  EXPECT_TRUE(raw.sees(hex));
}

TEST_F(web_socket, seed_bug_10_an_unknown_origin_is_refused) {
  ws_client evil, own;
  EXPECT_EQ(open(evil, "", {{"Origin", "https://evil.example.com"}}), 403);
  EXPECT_EQ(open(own, "", {{"Origin", fmt::format("http://localhost:{}", server().port())}}), 101);
}

TEST_F(web_socket, a_plain_get_is_told_to_upgrade) {
  auto answer = client().get(target());
  EXPECT_EQ(answer.status, 426);
  EXPECT_EQ(answer.headers["upgrade"], "websocket");
  EXPECT_EQ(client()
              .call("GET", target(), {}, {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}})
              .status,
            400);
  EXPECT_EQ(client().call("GET", target("?cols=0")).status, 400);
}

TEST_F(web_socket, raw_control_reaches_the_program) {
  ws_client one;
  ASSERT_EQ(open(one, "?mode=raw&cols=70&rows=10"), 101);
  const auto ready = json::parse(one.receive()->data);
  EXPECT_EQ(ready["cols"], 70);
  EXPECT_EQ(ready["view"], "rw");
  EXPECT_EQ(ready["session_created"], true);
  EXPECT_EQ(ready["session_uid"], client().get(session.path()).json()["uid"]);
  one.send("echo re''ady; read -r x; stty size; exit 4\n", false);
  EXPECT_TRUE(one.sees("ready\r\n"));
  one.send(R"({"type":"resize","cols":71,"rows":11})");
  one.send("\n", false);
  EXPECT_TRUE(one.sees("11 71"));
  EXPECT_TRUE(one.sees(R"("type":"end","reason":"exited","exit_code":4)"));
  EXPECT_FALSE(one.receive());
  EXPECT_EQ(one.close_reason(), "exited 4");
}

TEST_F(web_socket, a_viewer_that_only_looks_cannot_type) {
  ws_client one, look;
  ASSERT_EQ(open(one), 101);
  ASSERT_EQ(open(look, "?view=ro"), 101);
  look.send(input("echo never$((1+1))\n"));
  one.send(input("echo ever$((1+1))\n"));
  EXPECT_TRUE(look.sees("ever2"));
  EXPECT_EQ(look.unseen().find("never2"), std::string::npos);
}

TEST_F(web_socket, a_frame_that_is_too_long_is_refused) {
  ws_client one;
  ASSERT_EQ(open(one, "?mode=attach"), 101);
  one.send(std::string(70'000, 'x'));
  while (one.receive())
    ;
  EXPECT_EQ(one.close_code(), 1009);
}

TEST_F(web_socket, a_viewer_that_does_not_read_slows_nobody_and_costs_no_memory) {
  // With the optimised server, and once.
  const std::int64_t bytes = std::getenv("STRATA_E2E_SERVER") != nullptr && as_root() ? 500'000'000 : 60'000'000;
  ws_client stuck, quick;
  ASSERT_EQ(open(stuck, "?mode=attach"), 101);
  ASSERT_EQ(open(quick, "?mode=raw"), 101);
  quick.send("echo begin$((1+1))\n", false);
  EXPECT_TRUE(quick.sees("begin2"));
  const auto before = server().resident_kib();
  quick.send(fmt::format("head -c {} /dev/zero | tr '\\0' x; echo; echo all$((1+1))\n", bytes), false);
  EXPECT_TRUE(quick.sees("all2"));
  EXPECT_LT(server().resident_kib() - before, 48 * 1024);
  quick.send("exit\n", false);
  while (stuck.receive()) // it goes on from where it was, with a gap, to the end
    ;
  EXPECT_EQ(stuck.close_reason(), "exited 0");
}

TEST_F(web_socket, the_server_says_when_it_stops) {
  ws_client one;
  ASSERT_EQ(open(one), 101);
  one.send(input("echo up$((1+1))\n"));
  ASSERT_TRUE(one.sees("up2"));
  server().signal(SIGTERM);
  while (one.receive())
    ;
  EXPECT_THAT(one.close_code().value_or(0), testing::AnyOf(1000, 1001));
}

TEST_F(web_socket, a_client_that_sends_and_closes_at_once_gets_the_answer) {
  if (std::system("/usr/bin/python3 -c 'import websockets' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-websockets is not installed";
  const auto text =
    fmt::format("/usr/bin/python3 {}/web_socket_client.py ws://localhost:{}{}", STRATA_E2E_SOURCES, server().port(), target());
  const auto seen = shell(text);
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_THAT(seen.text, HasSubstr("seen 42"));
  EXPECT_THAT(seen.text, HasSubstr("before the close 43"));
}

} // namespace strata::test
