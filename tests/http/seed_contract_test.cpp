// SPDX-License-Identifier: MIT
// The REST contract of the program that Strata replaces, row by row.
#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class seed_contract : public live_server {};

TEST_F(seed_contract, row_1_create_answers_200_with_created_at_owner_and_session) {
  door.answer<create_session>([](const create_session& request) {
    session_info info;
    info.key = request.key;
    info.created = true;
    info.created_at = wall_time{std::chrono::milliseconds{1'700'000'000'123}};
    return result<session_info>{info};
  });
  auto answer = ask("POST", "/api/sessions", R"({"owner_id":"alice","session_id":"build"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers["content-type"], "application/json");
  EXPECT_THAT(answer.body, StartsWith(R"({"created_at":"2023-11-14T22:13:20.123Z","owner_id":"alice","session_id":"build",)"));
  EXPECT_EQ(body_of(answer)["created"], true);
}

TEST_F(seed_contract, row_2_delete_answers_closed_or_404_session_not_found) {
  door.answer<close_session>([](const close_session& request) -> result<close_session_response> {
    if (request.session.key.owner_id != "alice")
      return error{errc::session_not_found, "close session bob/build: no such session"};
    return close_session_response{request.reason};
  });
  auto closed = ask("DELETE", "/api/sessions/alice/build");
  EXPECT_EQ(closed.status, 200);
  EXPECT_EQ(body_of(closed), (nlohmann::json{{"status", "closed"}, {"reason", "closed_by_user"}}));
  auto missing = ask("DELETE", "/api/sessions/bob/build");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(body_of(missing)["error"], "session not found");
  EXPECT_EQ(body_of(missing)["code"], "session_not_found");
  EXPECT_EQ(body_of(missing)["detail"], "close session bob/build: no such session");
}

TEST_F(seed_contract, row_3_exec_by_path_and_by_header_with_a_default_timeout) {
  EXPECT_EQ(ask("POST", "/api/sessions/alice/build/exec", R"({"command":"ls","timeout_ms":1000})").status, 200);
  EXPECT_EQ(ask("POST", "/api/sessions/exec", R"({"command":"ls"})", "X-Owner-Id: bob\r\nX-Session-Id: s\r\n").status, 200);
  EXPECT_EQ(ask("POST", "/api/sessions/alice/build/exec", R"({"command":"ls","timeout_ms":-5})").status, 200);
  EXPECT_EQ(ask("POST", "/api/sessions/alice/build/exec", R"({"command":"ls","wait_ms":50})").status, 200);
  auto calls = door.calls<exec_request>(4);
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].first.session.key, (session_key{"alice", "build"}));
  EXPECT_EQ(calls[0].first.timeout_ms, 1000);
  EXPECT_EQ(calls[0].first.create, "auto");
  EXPECT_EQ(calls[1].first.session.key, (session_key{"bob", "s"}));
  EXPECT_EQ(calls[1].first.timeout_ms, 30'000);
  EXPECT_EQ(calls[2].first.timeout_ms, 30'000);
  EXPECT_EQ(calls[3].first.timeout_ms, std::nullopt);
}

TEST_F(seed_contract, row_4_exec_answers_trimmed_output_and_a_go_duration) {
  door.answer<exec_request>([](const exec_request& request) {
    exec_response answer;
    answer.output.data = answer.stdout_output.data = "\r\n  hi \t\r\n";
    answer.stdout_output.bytes = 9;
    answer.elapsed_ms = 1500;
    answer.exit_code = 0;
    answer.truncated = request.command == "long";
    return result<exec_response>{answer};
  });
  auto answer = body_of(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  EXPECT_EQ(answer["output"], "  hi");
  EXPECT_EQ(answer["stdout"], "\r\n  hi \t\r\n");
  EXPECT_EQ(answer["elapsed"], "1.5s");
  EXPECT_EQ(answer["truncated"], false);
  EXPECT_EQ(body_of(ask("POST", "/api/sessions/a/b/exec", R"({"command":"long"})"))["truncated"], true);
}

TEST_F(seed_contract, row_5_stats_by_get_and_head) {
  door.answer<get_stats>([](const get_stats&) { return result<server_stats>{server_stats{7, 100, false}}; });
  auto stats = ask("GET", "/api/stats");
  EXPECT_EQ(stats.status, 200);
  EXPECT_EQ(body_of(stats)["active_sessions"], 7);
  auto head = ask("HEAD", "/api/stats");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers["content-length"], std::to_string(stats.body.size()));
  EXPECT_EQ(ask("GET", "/api/stats?whatever=%zz").status, 200) << "parameters of the seed's routes are not looked at";
}

TEST_F(seed_contract, row_7_headers_win_over_path_and_body_each_by_itself) {
  ask("POST", "/api/sessions", R"({"owner_id":"alice","session_id":"build"})", "X-Owner-Id: bob\r\n");
  ask("POST", "/api/sessions/alice/build/exec", R"({"command":"ls"})", "X-Session-Id: other\r\n");
  ask("DELETE", "/api/sessions/alice/build", {}, "X-Owner-Id: bob\r\nX-Session-Id:  \r\n");
  EXPECT_EQ(door.calls<create_session>(1).at(0).first.key, (session_key{"bob", "build"}));
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.session.key, (session_key{"alice", "other"}));
  EXPECT_EQ(door.calls<close_session>(1).at(0).first.session.key, (session_key{"bob", "build"}));
  for (auto answer : {ask("POST", "/api/sessions/exec", R"({"command":"ls"})", "X-Owner-Id: bob\r\n"),
                      ask("POST", "/api/sessions", R"({"owner_id":"alice"})"), ask("POST", "/api/sessions", "{}")}) {
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(body_of(answer)["error"], "owner_id and session_id are required");
  }
}

TEST_F(seed_contract, row_8_errors_are_json_with_error_first) {
  auto bad = ask("POST", "/api/sessions/a/b/exec", "nonsense");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.headers["content-type"], "application/json");
  EXPECT_THAT(bad.body, StartsWith(R"({"error":"invalid request body")"));
  auto empty = ask("POST", "/api/sessions/a/b/exec", "{}");
  EXPECT_EQ(empty.status, 400);
  EXPECT_THAT(empty.body, StartsWith(R"({"error":"command is required")"));
}

TEST_F(seed_contract, row_9_exec_complains_of_identity_then_json_then_command) {
  EXPECT_EQ(body_of(ask("POST", "/api/sessions/exec", "nonsense"))["error"], "owner_id and session_id are required");
  EXPECT_EQ(body_of(ask("POST", "/api/sessions/exec", R"({"command":""})"))["error"], "owner_id and session_id are required");
  EXPECT_EQ(body_of(ask("POST", "/api/sessions/a/b/exec", "nonsense"))["error"], "invalid request body");
  EXPECT_THAT(std::string{body_of(ask("POST", "/api/sessions/a/b/exec", R"({"command":""})"))["error"]}, HasSubstr("required"));
}

TEST_F(seed_contract, row_10_any_content_type_unknown_fields_any_case_and_the_first_value_only) {
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", R"({"COMMAND":"ls","unknown":{"x":[1]}} trailing {")",
                "Content-Type: application/x-www-form-urlencoded\r\n")
              .status,
            200);
  EXPECT_EQ(ask("POST", "/api/sessions", R"({"Owner_ID":"a","session_id":"b","zzz":1})").status, 200);
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.command, "ls");
  EXPECT_EQ(door.calls<create_session>(1).at(0).first.key, (session_key{"a", "b"}));
}

TEST_F(seed_contract, row_11_unknown_path_wrong_method_and_decoding) {
  auto unknown = ask("GET", "/nothing/here");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.headers["content-type"], StartsWith("text/plain"));
  EXPECT_EQ(unknown.body, "404 page not found\n");
  auto wrong = ask("PUT", "/api/sessions/a/b");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers["allow"], "DELETE, GET, HEAD, PATCH");
  EXPECT_EQ(body_of(wrong)["code"], "method_not_allowed");
  ask("GET", "/api/sessions/a%20b%2Fc/%C3%A4%252F+");
  EXPECT_EQ(door.calls<get_session>(1).at(0).first.session.key, (session_key{"a b/c", "ä%2F+"}));
}

TEST_F(seed_contract, row_12_user_id_stands_for_owner_id_which_wins) {
  ask("POST", "/api/sessions", R"({"user_id":"alice","session_id":"s"})");
  ask("POST", "/api/sessions", R"({"user_id":"alice","owner_id":"bob","session_id":"s"})");
  auto calls = door.calls<create_session>(2);
  EXPECT_EQ(calls.at(0).first.key.owner_id, "alice");
  EXPECT_EQ(calls.at(1).first.key.owner_id, "bob");
}

TEST_F(seed_contract, row_13_a_timed_out_command_is_an_answer) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.timed_out = true;
    answer.reason = "timed_out";
    answer.elapsed_ms = 1003;
    return result<exec_response>{answer};
  });
  auto answer = ask("POST", "/api/sessions/a/b/exec", R"({"command":"sleep 10","timeout_ms":1000})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(body_of(answer)["elapsed"], "1.003s");
  EXPECT_EQ(body_of(answer)["timed_out"], true);
  EXPECT_EQ(body_of(answer)["exit_code"], nullptr);
}

TEST_F(seed_contract, row_14_exec_by_header_identity_and_404_on_unknown_delete) {
  EXPECT_EQ(ask("POST", "/api/sessions/exec", R"({"command":"pwd"})", "x-owner-id: u\r\nX-SESSION-ID: s\r\n").status, 200);
  door.answer<close_session>([](const close_session&) -> result<close_session_response> {
    return error{errc::session_not_found, "no"};
  });
  EXPECT_EQ(ask("DELETE", "/api/sessions/nobody/nothing").status, 404);
}

TEST_F(seed_contract, row_15_an_upgrade_is_no_reason_to_fail_a_request) {
  EXPECT_EQ(ask("GET", "/healthz", {}, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n").status,
            200);
}
