// SPDX-License-Identifier: MIT
// What Strata adds to the seed's routes.
#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::ElementsAre;
using testing::Not;

class routes : public live_server {};

TEST_F(routes, an_internal_error_is_told_to_the_operator) {
  std::mutex mutex;
  std::vector<std::string> told;
  options.on_problem = [&](std::string_view what, const std::vector<log_fact>& facts) {
    std::lock_guard guard{mutex};
    told.push_back(log_line({}, log_level::warn, what, facts));
  };
  door.answer<get_stats>([](const get_stats&) { return error{errc::internal, "count sessions: disk on fire"}; });
  EXPECT_EQ(ask("GET", "/api/stats", {}, "X-Request-Id: r-1\r\n").status, 500);
  halt();
  EXPECT_THAT(told, ElementsAre("1970-01-01T00:00:00.000Z warn answer operation=get_stats protocol=http request_id=r-1 "
                                "error=\"count sessions: disk on fire\""));
}

TEST_F(routes, list_takes_every_filter) {
  door.answer<list_sessions>([](const list_sessions&) {
    session_page page;
    page.items.emplace_back().key = {"alice", "a"};
    page.next_cursor = "c1d0000000000000001";
    return result<session_page>{page};
  });
  auto answer = ask("GET", "/api/sessions?owner=al+ice&state=ready,failed&state=closed&meta.team=x%26y&meta.k=&uid=u&base=host"
                           "&created_after=2026-11-24T00:00:00Z&order=created_asc&limit=5&cursor=abc");
  EXPECT_EQ(answer.status, 200);
  auto body = body_of(answer);
  EXPECT_EQ(body["items"].size(), 1u);
  EXPECT_EQ(body["next_cursor"], "c1d0000000000000001");
  auto seen = door.calls<list_sessions>(1).at(0).first;
  EXPECT_EQ(seen.owner, "al ice");
  EXPECT_THAT(seen.states, ElementsAre(session_state::ready, session_state::failed, session_state::closed));
  EXPECT_EQ(seen.metadata, (string_map{{"team", "x&y"}, {"k", ""}}));
  EXPECT_EQ(seen.uid, "u");
  EXPECT_EQ(seen.base, "host");
  EXPECT_EQ(seen.created_after, wall_time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}});
  EXPECT_FALSE(seen.newest_first);
  EXPECT_EQ(seen.limit, 5);
  EXPECT_EQ(seen.cursor, "abc");
  ask("GET", "/api/sessions");
  auto plain = door.calls<list_sessions>(2).at(1).first;
  EXPECT_EQ(plain.limit, 100);
  EXPECT_TRUE(plain.newest_first);
}

TEST_F(routes, get_and_stats_of_a_session) {
  EXPECT_EQ(ask("GET", "/api/sessions/a/b?expect_uid=abc", {}, "X-Owner-Id: a\r\n").status, 200);
  EXPECT_EQ(door.calls<get_session>(1).at(0).first.session, (session_ref{{"a", "b"}, "abc"}));
  door.answer<get_session_stats>([](const get_session_stats&) {
    session_stats stats;
    stats.processes = 3;
    stats.output_bytes = 17;
    return result<session_stats>{stats};
  });
  auto body = body_of(ask("GET", "/api/sessions/a/b/stats"));
  EXPECT_EQ(body["processes"], 3);
  EXPECT_EQ(body["memory_bytes"], nullptr);
  EXPECT_EQ(body["output_bytes"], 17);
}

TEST_F(routes, patch_merges) {
  auto answer = ask("PATCH", "/api/sessions/a/b", R"({"metadata":{"k":"v","gone":null},"idle_ttl_ms":0,"expires_at":null})");
  EXPECT_EQ(answer.status, 200);
  auto seen = door.calls<update_session>(1).at(0).first;
  EXPECT_EQ(seen.session.key, (session_key{"a", "b"}));
  EXPECT_EQ(seen.metadata.at("k"), "v");
  EXPECT_EQ(seen.metadata.at("gone"), std::nullopt);
  EXPECT_EQ(seen.idle_ttl_ms, 0);
  EXPECT_TRUE(seen.expires_given);
  EXPECT_EQ(seen.expires_at, std::nullopt);
}

TEST_F(routes, delete_takes_reason_and_wait) {
  EXPECT_EQ(ask("DELETE", "/api/sessions/a/b?wait=files&reason=spring+cleaning&expect_uid=u&ignored=1").status, 200);
  auto seen = door.calls<close_session>(1).at(0).first;
  EXPECT_TRUE(seen.wait_files);
  EXPECT_EQ(seen.reason, "spring cleaning");
  EXPECT_EQ(seen.session.expect_uid, "u");
}

TEST_F(routes, exec_that_was_handed_over_is_202_with_its_place) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.id = "p12-x7q4";
    answer.state = process_state::running;
    return result<exec_response>{answer};
  });
  auto answer = ask("POST", "/api/sessions/a%2Fb/s%20t/exec", R"({"command":"x","wait_ms":1})");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.headers["location"], "/api/sessions/a%2Fb/s%20t/processes/p12-x7q4");
  EXPECT_EQ(body_of(answer)["state"], "running");
}

TEST_F(routes, shells) {
  door.answer<open_shell>([](const open_shell& request) {
    shell_info info;
    info.name = request.shell;
    info.created = request.cwd.empty();
    return result<shell_info>{info};
  });
  EXPECT_EQ(ask("PUT", "/api/sessions/a/b/shells/build").status, 201);
  EXPECT_EQ(ask("PUT", "/api/sessions/a/b/shells/build", R"({"cwd":"/tmp","env":{"A":"b"},"startup":["/root/rc"]})").status, 200);
  EXPECT_EQ(ask("PUT", "/api/sessions/a/b/shells/build", R"({"CWD":"/tmp"})").status, 400);
  auto seen = door.calls<open_shell>(2).at(1).first;
  EXPECT_EQ(seen.shell, "build");
  EXPECT_EQ(seen.cwd, "/tmp");
  EXPECT_THAT(seen.startup, ElementsAre("/root/rc"));
  auto gone = ask("DELETE", "/api/sessions/a/b/shells/build");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.headers.count("content-length"), 0u);
  EXPECT_EQ(gone.headers.count("content-type"), 0u);
  EXPECT_EQ(door.calls<close_shell>(1).at(0).first.shell, "build");
  EXPECT_EQ(body_of(ask("GET", "/api/sessions/a/b/shells")),
            (nlohmann::json{{"items", nlohmann::json::array()}, {"next_cursor", nullptr}}));
}

TEST_F(routes, version_and_capabilities) {
  options.version = "1.2.3";
  options.capabilities = {{"max_sessions", std::int64_t{100}}, {"network", std::string{"none"}}, {"kvm", false}};
  EXPECT_EQ(body_of(ask("GET", "/api/version")), (nlohmann::json{{"name", "strata"}, {"version", "1.2.3"}}));
  auto body = body_of(ask("GET", "/api/capabilities"));
  EXPECT_EQ(body["bounds"]["max_sessions"], 100);
  EXPECT_EQ(body["bounds"]["network"], "none");
  EXPECT_EQ(body["bounds"]["kvm"], false);
  EXPECT_EQ(body["bounds"]["body_bytes"], 8 << 20);
  EXPECT_THAT(body["operations"], testing::Contains("exec"));
}

TEST_F(routes, context_travels_with_every_call) {
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  auto answer = ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})",
                    "X-Request-Id: req-1\r\nIdempotency-Key: k1\r\ntraceparent: " + trace + "\r\n");
  EXPECT_EQ(answer.headers["x-request-id"], "req-1");
  auto first = door.calls<exec_request>(1).at(0).second;
  EXPECT_EQ(first.request_id, "req-1");
  EXPECT_EQ(first.idempotency_key, "k1");
  EXPECT_EQ(first.content_digest.size(), 64u);
  EXPECT_EQ(first.traceparent, trace);
  EXPECT_EQ(first.protocol, "http");
  EXPECT_EQ(first.caller, "anonymous");
  EXPECT_TRUE(first.peer.starts_with("127.0.0.1:"));
  ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Idempotency-Key: k1\r\n");
  ask("POST", "/api/sessions/a/b/exec", R"({"command":"y"})", "Idempotency-Key: k1\r\n");
  ask("POST", "/api/sessions/a/c/exec", R"({"command":"x"})", "Idempotency-Key: k1\r\n");
  ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Idempotency-Key: k1\r\nX-Owner-Id: z\r\n");
  auto calls = door.calls<exec_request>(5);
  EXPECT_EQ(calls.at(1).second.content_digest, first.content_digest);
  for (std::size_t i : {2u, 3u, 4u})
    EXPECT_NE(calls.at(i).second.content_digest, first.content_digest) << i;
}

TEST_F(routes, a_bad_request_id_is_replaced_and_a_bad_traceparent_left_out) {
  for (std::string bad : {"a b", "\"x\"", "a\\b", "<x>", "\xc3\xa4", ""}) {
    auto answer = ask("GET", "/api/stats", {}, "X-Request-Id: " + bad + "\r\ntraceparent: 00-nonsense\r\n");
    EXPECT_NE(answer.headers["x-request-id"], bad);
    EXPECT_NE(answer.headers["x-request-id"], "");
  }
  auto longest = ask("GET", "/api/stats", {}, "X-Request-Id: " + std::string(128, 'x') + "\r\n");
  EXPECT_EQ(longest.headers["x-request-id"].size(), 128u);
  EXPECT_LT(ask("GET", "/api/stats", {}, "X-Request-Id: " + std::string(129, 'x') + "\r\n").headers["x-request-id"].size(), 30u);
  EXPECT_EQ(door.calls<get_stats>(1).at(0).second.traceparent, "");
}

TEST_F(routes, errors_of_the_actors_keep_their_facts) {
  door.answer<exec_request>([](const exec_request&) -> result<exec_response> {
    return error{errc::quota_exceeded, "create session a/b: owner a has 4 sessions", {{"limit", "4"}, {"retry_after", "7"}}};
  });
  auto answer = ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Accept: application/problem+json\r\n");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers["retry-after"], "7");
  EXPECT_EQ(answer.headers["content-type"], "application/problem+json");
  auto body = body_of(answer);
  EXPECT_EQ(body["limit"], 4);
  EXPECT_EQ(body["retryable"], true);
  EXPECT_EQ(body["request_id"], answer.headers["x-request-id"]);
}

TEST_F(routes, every_answered_request_is_in_the_access_log) {
  ask("GET", "/api/stats?x=%0A\xff");
  access(1); // a record is written behind its answer: each is waited for, so that their order is known
  ask("GET", "/nothing");
  access(2);
  client().exchange("nonsense\r\n\r\n");
  auto log = access(3);
  ASSERT_EQ(log.size(), 3u);
  EXPECT_EQ(log[0].status, 200);
  EXPECT_EQ(log[0].method, "GET");
  EXPECT_EQ(log[0].target, "/api/stats?x=%0A\\xff");
  EXPECT_TRUE(log[0].delivered);
  EXPECT_GT(log[0].sent_bytes, 0u);
  EXPECT_EQ(log[1].status, 404);
  EXPECT_EQ(log[2].status, 400);
  EXPECT_EQ(log[2].method, "");
}
