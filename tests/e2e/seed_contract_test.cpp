// SPDX-License-Identifier: MIT
// What clients of the seed rely on, row by row of its REST contract. Rows 6 and 15 are about its WebSocket.
#include "tests/e2e/server_test.hpp"

#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class seed_row : public server_test {};

TEST_F(seed_row, seed_row_1_create_answers_200_and_reuses) {
  auto first = client().create(session);
  ASSERT_TRUE(is_status(first, 200));
  EXPECT_EQ(first.json()["owner_id"], "alice");
  EXPECT_EQ(first.json()["session_id"], "build");
  EXPECT_THAT(first.json().value("created_at", ""),
              ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"));
  EXPECT_EQ(first.json()["created"], true);
  auto second = client().create(session);
  ASSERT_TRUE(is_status(second, 200));
  EXPECT_EQ(second.json()["created"], false);
  EXPECT_EQ(second.json()["uid"], first.json()["uid"]);
  EXPECT_EQ(second.json()["created_at"], first.json()["created_at"]);
}

TEST_F(seed_row, seed_row_2_delete_answers_closed_then_404) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto closed = client().call("DELETE", session.path());
  ASSERT_TRUE(is_status(closed, 200));
  EXPECT_EQ(closed.json()["status"], "closed");
  auto missing = client().call("DELETE", "/api/sessions/alice/never-made");
  EXPECT_TRUE(is_error(missing, 404, "session_not_found"));
  EXPECT_EQ(missing.json()["error"], "session not found");
}

TEST_F(seed_row, seed_row_3_exec_by_path_and_by_header_creates_the_session) {
  auto by_path = client().run({"alice", "one"}, "echo one", {{"timeout_ms", 0}});
  EXPECT_EQ(by_path["output"], "one");
  EXPECT_EQ(by_path["session_created"], true);
  auto by_header = client().call("POST", "/api/sessions/exec", R"({"command":"echo two","timeout_ms":-5})",
                                 {{"X-Owner-Id", "alice"}, {"X-Session-Id", "two"}});
  ASSERT_TRUE(is_status(by_header, 200));
  EXPECT_EQ(by_header.json()["output"], "two");
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 2);
}

TEST_F(seed_row, seed_row_4_output_is_trimmed_and_elapsed_is_a_go_duration) {
  auto answer = client().run(session, "printf '\\n\\r\\n  a\\nb \\t\\n\\n'; printf 'err\\n' >&2");
  EXPECT_THAT(answer.value("elapsed", ""), ContainsRegex("^(0s|[0-9]+ms|([0-9]+m)?[0-9]+(\\.[0-9]+)?s)$"));
  EXPECT_THAT(answer.value("output", ""), HasSubstr("  a\nb"));
  EXPECT_THAT(answer.value("output", ""), HasSubstr("err")) << "unlike the seed, stderr reaches the caller";
  EXPECT_EQ(answer["stdout"], "\n\r\n  a\nb \t\n\n") << "stdout is not trimmed";
  EXPECT_EQ(answer["stderr"], "err\n");
  EXPECT_EQ(client().output(session, "printf '\\n\\r\\n  a\\nb \\t\\r\\n\\n'"), "  a\nb");
  EXPECT_EQ(client().run(session, ":")["truncated"], false);
}

TEST_F(seed_row, seed_row_5_stats_by_get_and_head) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto stats = client().get("/api/stats");
  ASSERT_TRUE(is_status(stats, 200));
  EXPECT_EQ(stats.json()["active_sessions"], 1);
  auto head = client().call("HEAD", "/api/stats");
  EXPECT_TRUE(is_status(head, 200));
  EXPECT_EQ(client().output(session, "echo the connection is still in step"), "the connection is still in step");
}

TEST_F(seed_row, seed_row_7_headers_win_over_path_and_body_field_by_field) {
  auto exec = [&](const http_headers& headers) {
    return client().call("POST", "/api/sessions/alice/build/exec", R"({"command":"echo here >where"})", headers);
  };
  ASSERT_TRUE(is_status(exec({{"X-Owner-Id", "bob"}}), 200));
  ASSERT_TRUE(is_status(exec({{"X-Session-Id", "other"}}), 200));
  ASSERT_TRUE(is_status(exec({{"x-owner-id", ""}, {"x-session-id", "third"}}), 200)) << "an empty header counts as none";
  EXPECT_EQ(client().output({"bob", "build"}, "cat where", {{"create", "never"}}), "here");
  EXPECT_EQ(client().output({"alice", "other"}, "cat where", {{"create", "never"}}), "here");
  EXPECT_EQ(client().output({"alice", "third"}, "cat where", {{"create", "never"}}), "here");
  EXPECT_TRUE(is_error(client().get("/api/sessions/alice/build"), 404, "session_not_found"));
  auto made = client().call("POST", "/api/sessions", R"({"owner_id":"alice","session_id":"body"})", {{"X-Owner-Id", "carol"}});
  ASSERT_TRUE(is_status(made, 200));
  EXPECT_EQ(made.json()["owner_id"], "carol");
  EXPECT_EQ(made.json()["session_id"], "body");
  for (const auto* body : {"{}", R"({"owner_id":"alice"})", R"({"session_id":"build"})", R"({"owner_id":"","session_id":""})"}) {
    auto missing = client().call("POST", "/api/sessions", body);
    ASSERT_TRUE(is_error(missing, 400, "invalid_argument")) << body;
    EXPECT_EQ(missing.json()["error"], "owner_id and session_id are required");
  }
}

TEST_F(seed_row, seed_row_8_errors_are_json_with_the_seeds_words) {
  auto exec = session.path() + "/exec";
  auto no_json = client().call("POST", exec, "not json");
  ASSERT_TRUE(is_error(no_json, 400, "invalid_argument"));
  EXPECT_THAT(no_json.json().value("error", ""), HasSubstr("invalid request body"));
  auto no_command = client().call("POST", exec, "{}");
  ASSERT_TRUE(is_error(no_command, 400, "invalid_argument"));
  EXPECT_THAT(no_command.json().value("error", ""), HasSubstr("command is required"));
}

TEST_F(seed_row, seed_row_9_identity_then_json_then_command) {
  auto identity = client().call("POST", "/api/sessions/exec", "not json");
  ASSERT_TRUE(is_error(identity, 400, "invalid_argument"));
  EXPECT_THAT(identity.json().value("error", ""), HasSubstr("owner_id and session_id are required"));
  const http_headers ids{{"X-Owner-Id", "alice"}, {"X-Session-Id", "build"}};
  EXPECT_THAT(client().call("POST", "/api/sessions/exec", "not json", ids).json().value("error", ""),
              HasSubstr("invalid request body"));
  auto empty = client().call("POST", "/api/sessions/exec", R"({"command":""})", ids);
  ASSERT_TRUE(is_error(empty, 400, "invalid_argument"));
  EXPECT_THAT(empty.json().value("error", ""), HasSubstr("required"));
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 0);
}

TEST_F(seed_row, seed_row_10_content_type_and_unknown_fields_do_not_matter) {
  auto exec = session.path() + "/exec";
  for (const auto* type : {"application/x-www-form-urlencoded", "text/plain", "nonsense"})
    EXPECT_TRUE(is_status(client().call("POST", exec, R"({"command":"true"})", {{"Content-Type", type}}), 200)) << type;
  auto loose = client().call("POST", exec, R"({"COMMAND":"echo hi","nobody_knows":{"a":[1]}} {"command":"second value"})");
  ASSERT_TRUE(is_status(loose, 200));
  EXPECT_EQ(loose.json()["output"], "hi");
}

TEST_F(seed_row, seed_row_11_unknown_paths_and_methods) {
  auto unknown = client().get("/nowhere");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.headers["content-type"], HasSubstr("text/plain"));
  EXPECT_EQ(unknown.body, "404 page not found\n");
  auto wrong = client().call("PUT", "/api/sessions", "{}");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.headers["allow"], HasSubstr("POST"));
  EXPECT_THAT(wrong.headers["allow"], HasSubstr("GET"));
  EXPECT_EQ(client().call("DELETE", "/api/stats").status, 405);
  auto decoded = client().call("POST", "/api/sessions/al%69ce/b%2Fc%2525/exec", R"({"command":"true"})");
  ASSERT_TRUE(is_status(decoded, 200));
  auto listed = client().get("/api/sessions").json();
  ASSERT_EQ(listed["items"].size(), 1U);
  EXPECT_EQ(listed["items"][0]["owner_id"], "alice");
  EXPECT_EQ(listed["items"][0]["session_id"], "b/c%25") << "decoded once";
}

TEST_F(seed_row, seed_row_12_user_id_is_an_alias_and_owner_id_wins) {
  EXPECT_EQ(client().call("POST", "/api/sessions", R"({"user_id":"alice","session_id":"a"})").json()["owner_id"], "alice");
  EXPECT_EQ(client().call("POST", "/api/sessions", R"({"user_id":"bob","owner_id":"carol","session_id":"a"})").json()["owner_id"],
            "carol");
}

TEST_F(seed_row, seed_row_13_a_timeout_is_an_answer_and_comes_before_the_commands_end) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto answer = client().run(session, "echo before; sleep 1000", {{"timeout_ms", 300}});
  EXPECT_TRUE(answer.contains("elapsed"));
  EXPECT_EQ(answer["timed_out"], true);
  EXPECT_EQ(answer["reason"], "timed_out");
  EXPECT_EQ(answer["exit_code"], nullptr);
  EXPECT_EQ(answer["output"], "before");
}

TEST_F(seed_row, seed_row_14_home_is_root_and_the_usual_directories_are_there) {
  EXPECT_THAT(client().output(session, "pwd"), HasSubstr("root"));
  EXPECT_EQ(client().output(session, "echo $HOME $USER $TERM $(hostname) $(pwd)"), "/root root xterm-256color strata /root");
  EXPECT_THAT(client().output(session, "ls -l /"), HasSubstr("bin"));
  EXPECT_TRUE(is_error(client().remove({"nobody", "none"}), 404, "session_not_found"));
}

} // namespace

} // namespace strata::test
