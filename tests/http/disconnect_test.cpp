// SPDX-License-Identifier: MIT
// Clients that leave while their call runs, and those that only seem to.
#include "tests/http/live_server.hpp"

using namespace strata;
using namespace strata::test;

class disconnect : public live_server {
protected:
  raw_client begin_exec(std::string_view version = "HTTP/1.1") {
    door.hold_execs(true);
    auto one = client();
    auto before = door.calls<exec_request>().size();
    one.send("POST /api/sessions/a/b/exec " + std::string{version} + "\r\nHost: localhost\r\nContent-Length: 15\r\n\r\n"
             + R"({"command":"x"})");
    EXPECT_EQ(door.calls<exec_request>(before + 1).size(), before + 1);
    return one;
  }
};

TEST_F(disconnect, a_closed_connection_is_reported) {
  auto one = begin_exec();
  one.close();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  auto log = access(1);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_FALSE(log[0].delivered);
  EXPECT_EQ(log[0].status, 0);
  EXPECT_EQ(log[0].target, "/api/sessions/a/b/exec");
  door.release_execs(); // the late answer finds nobody
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(disconnect, a_reset_is_reported) {
  auto one = begin_exec();
  one.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  auto old = begin_exec("HTTP/1.0");
  old.reset();
  EXPECT_TRUE(door.wait_for_disconnect(1));
}

TEST_F(disconnect, a_client_that_ends_only_its_side_gets_its_answer) {
  auto one = begin_exec();
  one.end_sending();
  EXPECT_EQ(one.receive().status, 102) << "is it still there?";
  EXPECT_EQ(door.disconnects(), 0u);
  door.release_execs();
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers["connection"], "close");
  EXPECT_TRUE(one.is_ended_by_server());
  EXPECT_EQ(door.disconnects(), 0u);
}

TEST_F(disconnect, a_client_that_ends_its_side_and_then_resets_is_reported) {
  auto one = begin_exec();
  one.end_sending();
  EXPECT_EQ(one.receive().status, 102);
  one.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
}

TEST_F(disconnect, http_1_0_is_not_probed_and_gets_its_answer) {
  auto one = begin_exec("HTTP/1.0");
  one.end_sending();
  EXPECT_EQ(ask("GET", "/healthz").status, 200); // time to see the end
  door.release_execs();
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(disconnect, everything_pipelined_before_the_end_is_answered) {
  auto one = client();
  one.send(request_text("GET", "/healthz") + request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})")
           + request_text("GET", "/healthz"));
  one.end_sending();
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i)
    if (auto status = one.receive().status; status != 102 && status != 0)
      statuses.push_back(status);
  EXPECT_EQ(statuses, (std::vector{200, 200, 200}));
}

TEST_F(disconnect, half_a_request_and_the_end_is_400) {
  auto header = client();
  header.send("GET /healthz HTTP/1.1\r\nHos");
  header.end_sending();
  EXPECT_EQ(header.receive().status, 400);
  auto body = client();
  body.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");
  body.end_sending();
  EXPECT_EQ(body.receive().status, 400);
  EXPECT_EQ(door.total_calls(), 0u);
}

TEST_F(disconnect, is_seen_behind_a_pipeline_that_fills_the_buffer_when_it_is_a_reset) {
  auto one = begin_exec();
  for (int i = 0; i < 100; ++i)
    one.send(request_text("GET", "/healthz", {}, "X: " + std::string(1000, 'x') + "\r\n"));
  one.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
}

TEST_F(disconnect, a_call_that_nobody_answers_is_answered_500) {
  auto one = begin_exec();
  door.drop_execs();
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(body_of(answer)["code"], "internal");
}
