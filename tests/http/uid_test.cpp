// SPDX-License-Identifier: MIT
// A session named by the server's uid, alone or beside its key.
#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;

namespace {

const std::string uid = "abcdefghijklmnopqrst";
const std::string other_uid = "zyxwvutsrqponmlkjihg";
const std::string by_uid = "/api/sessions/@/" + uid;
const std::string run = R"({"command":"x"})";
const session_ref meant{{}, uid};

class named_by_uid : public live_server {
protected:
  /// What the answer refused is of that code, and nothing was called.
  void expect_refused(const raw_response& answer, std::string_view code) {
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(body_of(answer)["code"], code) << answer.body;
    EXPECT_EQ(door.total_calls(), 0u);
  }
};

} // namespace

TEST_F(named_by_uid, every_route_of_a_session_takes_it) {
  EXPECT_EQ(ask("GET", by_uid).status, 200);
  EXPECT_EQ(door.calls<get_session>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("PATCH", by_uid, R"({"idle_ttl_ms":0})").status, 200);
  EXPECT_EQ(door.calls<update_session>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("GET", by_uid + "/stats").status, 200);
  EXPECT_EQ(door.calls<get_session_stats>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("POST", by_uid + "/exec", run).status, 200);
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("GET", by_uid + "/shells").status, 200);
  EXPECT_EQ(door.calls<list_shells>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("PUT", by_uid + "/shells/build").status, 200);
  EXPECT_EQ(door.calls<open_shell>(1).at(0).first.session, meant);
  EXPECT_EQ(door.calls<open_shell>(1).at(0).first.shell, "build");
  EXPECT_EQ(ask("DELETE", by_uid + "/shells/build").status, 204);
  EXPECT_EQ(door.calls<close_shell>(1).at(0).first.session, meant);
  EXPECT_EQ(door.calls<close_shell>(1).at(0).first.shell, "build");
  EXPECT_EQ(ask("DELETE", by_uid + "?reason=done").status, 200);
  EXPECT_EQ(door.calls<close_session>(1).at(0).first.session, meant);
  EXPECT_EQ(ask("GET", "/api/ws/@/" + uid + "/shell").status, 426);
  EXPECT_EQ(ask("POST", by_uid, run).headers["allow"], "DELETE, GET, HEAD, PATCH");
}

TEST_F(named_by_uid, an_owner_that_is_called_so_is_written_encoded) {
  EXPECT_EQ(ask("POST", "/api/sessions/%40/" + uid + "/exec", run).status, 200);
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.session, (session_ref{{"@", uid}, {}}));
  EXPECT_EQ(ask("POST", "/api/sessions/@me/" + uid + "/exec", run).status, 200);
  EXPECT_EQ(door.calls<exec_request>(2).at(1).first.session, (session_ref{{"@me", uid}, {}}));
  // As an id in a body or a header it is a name like others.
  EXPECT_EQ(ask("POST", "/api/sessions/exec", run, "X-Owner-Id: @\r\nX-Session-Id: s\r\n").status, 200);
  EXPECT_EQ(door.calls<exec_request>(3).at(2).first.session, (session_ref{{"@", "s"}, {}}));
}

TEST_F(named_by_uid, what_cannot_be_one_is_refused_and_makes_nothing) {
  for (const auto* bad : {"s", "ABCDEFGHIJKLMNOPQRST", "abcdefghijklmnopqrs", "abcdefghijklmnopqrstu", "1bcdefghijklmnopqrst"}) {
    auto answer = ask("POST", std::string{"/api/sessions/@/"} + bad + "/exec", run);
    expect_refused(answer, "invalid_argument");
    EXPECT_THAT(body_of(answer)["error"], testing::HasSubstr("an owner named @ is written %40"));
  }
}

TEST_F(named_by_uid, headers_beside_it_name_the_same_session) {
  const std::string both = "X-Owner-Id: a\r\nX-Session-Id: b\r\n";
  EXPECT_EQ(ask("POST", by_uid + "/exec", run, both).status, 200);
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.session, (session_ref{{"a", "b"}, uid}));
}

TEST_F(named_by_uid, half_a_name_beside_it_is_refused) {
  expect_refused(ask("GET", by_uid, {}, "X-Owner-Id: a\r\n"), "identity_mismatch");
  expect_refused(ask("GET", by_uid, {}, "X-Session-Id: a\r\n"), "identity_mismatch");
}

TEST_F(named_by_uid, expect_uid_is_read_from_the_body_of_an_exec) {
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x","expect_uid":")" + uid + "\"}").status, 200);
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.session, (session_ref{{"a", "b"}, uid}));
  EXPECT_EQ(ask("POST", "/api/sessions/exec?expect_uid=" + uid, R"({"command":"x","expect_uid":")" + uid + "\"}",
                "X-Owner-Id: a\r\nX-Session-Id: b\r\n")
              .status,
            200);
  EXPECT_EQ(door.calls<exec_request>(2).at(1).first.session, (session_ref{{"a", "b"}, uid}));
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x","expect_uid":null})").status, 200);
  EXPECT_EQ(door.calls<exec_request>(3).at(2).first.session, (session_ref{{"a", "b"}, {}}));
}

TEST_F(named_by_uid, two_that_differ_are_refused) {
  const auto body = R"({"command":"x","expect_uid":")" + other_uid + "\"}";
  expect_refused(ask("POST", "/api/sessions/a/b/exec?expect_uid=" + uid, body), "identity_mismatch");
  expect_refused(ask("POST", by_uid + "/exec", body), "identity_mismatch");
  expect_refused(ask("GET", by_uid + "?expect_uid=" + other_uid), "identity_mismatch");
  expect_refused(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x","expect_uid":7})"), "invalid_argument");
}

/// A script whose variable is unset must not close whatever has the name now.
TEST_F(named_by_uid, an_empty_one_is_refused) {
  expect_refused(ask("DELETE", "/api/sessions/a/b?expect_uid="), "invalid_argument");
  expect_refused(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x","expect_uid":""})"), "invalid_argument");
}

TEST_F(named_by_uid, a_command_that_was_handed_over_is_found_below_it) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.id = "p1-qrst";
    answer.state = process_state::running;
    return result<exec_response>{answer};
  });
  EXPECT_EQ(ask("POST", by_uid + "/exec", R"({"command":"x","wait_ms":1})").headers["location"], by_uid + "/processes/p1-qrst");
}
