// SPDX-License-Identifier: MIT
// Sessions over REST: what create, list, update and close promise beyond the seed.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <set>

namespace strata::test {

namespace {

using testing::HasSubstr;

class sessions : public server_test {};

TEST_F(sessions, create_tells_all_about_the_session) {
  auto made = client().create(
    session, {{"metadata", {{"team", "core"}}}, {"env", {{"GREETING", "hi"}}}, {"idle_ttl_ms", 60000}, {"cwd", "/tmp"}});
  ASSERT_TRUE(is_status(made, 200));
  auto info = made.json();
  EXPECT_THAT(info.value("uid", ""), testing::MatchesRegex("[a-z][a-z0-9]{19}"));
  EXPECT_EQ(info["state"], "ready");
  EXPECT_EQ(info["metadata"]["team"], "core");
  EXPECT_EQ(info["idle_ttl_ms"], 60000);
  EXPECT_EQ(info["network"]["mode"], "none");
  for (const auto* member :
       {"last_active_at", "base", "limits", "driver", "isolation", "counts", "closed_reason", "state_reason"})
    EXPECT_TRUE(info.contains(member)) << member;
  EXPECT_EQ(info["expires_at"], nullptr);
  EXPECT_EQ(client().output(session, "echo $GREETING; pwd"), "hi\n/tmp");
  auto got = client().get(session.path());
  ASSERT_TRUE(is_status(got, 200));
  EXPECT_EQ(got.json()["uid"], info["uid"]);
  EXPECT_EQ(got.json()["created"], false);
}

TEST_F(sessions, a_generated_id_is_asked_for) {
  auto made = client().call("POST", "/api/sessions", R"({"owner_id":"alice","generate_id":true})");
  ASSERT_TRUE(is_status(made, 200));
  const auto id = made.json().value("session_id", "");
  ASSERT_FALSE(id.empty());
  EXPECT_EQ(client().output({"alice", id}, "echo hi", {{"create", "never"}}), "hi");
  auto other = client().call("POST", "/api/sessions", R"({"owner_id":"alice","generate_id":true})");
  EXPECT_NE(other.json()["session_id"], id);
}

TEST_F(sessions, are_found_by_their_uid_alone_and_never_made_by_it) {
  const auto uid = client().create(session).json().value("uid", "");
  const auto place = "/api/sessions/@/" + uid;
  auto ran = client().call("POST", place + "/exec", R"({"command":"cd /tmp; pwd"})");
  ASSERT_TRUE(is_status(ran, 200));
  EXPECT_EQ(ran.json()["output"], "/tmp");
  EXPECT_EQ(client().output(session, "pwd"), "/tmp") << "the same session";
  EXPECT_TRUE(is_status(client().call("PUT", place + "/shells/build"), 201));
  EXPECT_EQ(client().get(place).json()["session_id"], session.session);
  EXPECT_TRUE(is_status(client().call("DELETE", session.path()), 200));
  ASSERT_TRUE(is_status(client().create(session), 200));
  EXPECT_TRUE(is_error(client().call("POST", place + "/exec", R"({"command":"true"})"), 404, "session_not_found"));
  EXPECT_EQ(client().get(place).json()["state"], "closed") << "its end is still told";
  EXPECT_EQ(client().call("DELETE", place).json()["reason"], "closed_by_user");
  EXPECT_EQ(client().get(session.path()).json()["state"], "ready");
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 1);
}

TEST_F(sessions, an_exec_for_another_uid_runs_nothing) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  EXPECT_TRUE(
    is_error(client().exec(session, "touch /tmp/ran", {{"expect_uid", "abcdefghijklmnopqrst"}}), 404, "session_not_found"));
  EXPECT_EQ(client().output(session, "ls /tmp"), "");
  const auto uid = client().get(session.path()).json()["uid"];
  EXPECT_EQ(client().output(session, "echo right", {{"expect_uid", uid}}), "right");
}

TEST_F(sessions, a_user_or_a_directory_that_is_not_there_makes_no_session) {
  auto made = client().create(session, {{"cwd", "/not/there"}});
  EXPECT_TRUE(is_error(made, 422, "cwd_not_found"));
  EXPECT_THAT(made.body, HasSubstr("/not/there"));
  made = client().create(session, {{"user", "nobody-here"}});
  EXPECT_TRUE(is_error(made, 422, "user_not_found"));
  EXPECT_THAT(made.body, HasSubstr("nobody-here"));
  EXPECT_EQ(client().get(session.path()).json()["state"], "failed");
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 0);
  ASSERT_TRUE(is_status(client().create(session, {{"cwd", "/usr"}, {"user", "root"}}), 200));
  EXPECT_EQ(client().output(session, "pwd; id -un"), "/usr\nroot");
}

TEST_F(sessions, if_exists_fail_and_differing_wishes_are_refused) {
  ASSERT_TRUE(is_status(client().create(session, {{"if_exists", "fail"}}), 200));
  EXPECT_TRUE(is_error(client().create(session, {{"if_exists", "fail"}}), 409, "session_exists"));
  auto host = client().create({"alice", "net"}, {{"network", {{"mode", "host"}}}});
  EXPECT_TRUE(is_error(host, 403, "permission_denied")) << "the operator has not allowed it";
  EXPECT_EQ(client().create({"alice", "lim"}, {{"limits", {{"disk_bytes", 1 << 30}}}}).status, 501)
    << "never accepted in silence";
  EXPECT_TRUE(is_error(client().exec({"alice", "none"}, "true", {{"create", "never"}}), 404, "session_not_found"));
}

TEST_F(sessions, the_list_is_paged_and_filtered) {
  std::set<std::string> made;
  for (int i = 0; i < 5; ++i) {
    auto answer =
      client().create({i < 4 ? "alice" : "bob", fmt::format("s{}", i)}, {{"metadata", {{"even", i % 2 == 0 ? "yes" : "no"}}}});
    ASSERT_TRUE(is_status(answer, 200));
    made.insert(answer.json().value("uid", ""));
  }
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    auto page = client().get("/api/sessions?limit=2" + (cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor)));
    ASSERT_TRUE(is_status(page, 200));
    const auto body = page.json();
    EXPECT_LE(body["items"].size(), 2U);
    for (const auto& item : body["items"])
      EXPECT_TRUE(seen.insert(item.value("uid", "")).second) << "listed twice";
    const auto& next = body["next_cursor"];
    cursor = next.is_null() ? "" : next.get<std::string>();
    ASSERT_LE(++pages, 4);
  } while (!cursor.empty());
  EXPECT_EQ(seen, made);
  EXPECT_EQ(client().get("/api/sessions?owner=alice").json()["items"].size(), 4U);
  EXPECT_EQ(client().get("/api/sessions?meta.even=no").json()["items"].size(), 2U);
  EXPECT_EQ(client().get("/api/sessions?state=closed").json()["items"].size(), 0U);
  ASSERT_TRUE(is_status(client().remove({"bob", "s4"}), 200));
  auto closed = client().get("/api/sessions?state=closed").json();
  ASSERT_EQ(closed["items"].size(), 1U);
  EXPECT_EQ(closed["items"][0]["closed_reason"], "closed_by_user");
  for (const auto* query : {"limit=0", "limit=x", "cursor=garbage", "state=odd", "order=odd", "created_after=yesterday"})
    EXPECT_TRUE(is_error(client().get(fmt::format("/api/sessions?{}", query)), 400, "invalid_argument")) << query;
}

TEST_F(sessions, update_merges_and_names_what_it_does_not_know) {
  ASSERT_TRUE(is_status(client().create(session, {{"metadata", {{"a", "1"}, {"b", "2"}}}}), 200));
  auto patch = [&](const char* body) { return client().call("PATCH", session.path(), body); };
  auto updated = patch(R"({"metadata":{"a":null,"c":"3"},"idle_ttl_ms":0,"expires_in_ms":3600000})");
  ASSERT_TRUE(is_status(updated, 200));
  EXPECT_EQ(updated.json()["metadata"], (json{{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(updated.json()["idle_ttl_ms"], 0);
  EXPECT_NE(updated.json()["expires_at"], nullptr);
  EXPECT_EQ(patch(R"({"expires_at":null})").json()["expires_at"], nullptr);
  auto unknown = patch(R"({"metadata":{},"metdata":{}})");
  EXPECT_TRUE(is_error(unknown, 400, "unknown_field"));
  EXPECT_THAT(unknown.body, HasSubstr("metdata"));
  EXPECT_TRUE(is_error(client().call("PATCH", "/api/sessions/alice/none", "{}"), 404, "session_not_found"));
}

TEST_F(sessions, the_absolute_end_comes_whatever_goes_on) {
  ASSERT_TRUE(is_status(client().create(session, {{"expires_in_ms", 700}}), 200));
  auto answer = client().exec(session, "echo begun; sleep 7775");
  if (answer.status == 200) {
    EXPECT_EQ(answer.json()["reason"], "session_expired") << answer.body;
  }
  EXPECT_TRUE(eventually([&] { return server().session_files().empty(); }));
  EXPECT_EQ(client().get("/api/sessions?owner=alice").json()["items"][0]["closed_reason"], "session_expired");
}

TEST_F(sessions, a_closed_key_gets_a_new_session_with_a_new_uid) {
  auto first = client().create(session).json();
  client().run(session, "touch /root/old; cd /tmp");
  ASSERT_TRUE(is_status(client().remove(session), 200));
  auto again = client().run(session, "ls /root; pwd");
  EXPECT_EQ(again["output"], "/root");
  EXPECT_EQ(again["session_created"], true);
  EXPECT_NE(again["session_uid"], first["uid"]);
}

TEST_F(sessions, headers_that_differ_from_the_path_are_refused_off_the_seeds_routes) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  EXPECT_TRUE(is_error(client().call("GET", session.path(), {}, {{"X-Owner-Id", "bob"}}), 400, "identity_mismatch"));
  EXPECT_TRUE(is_status(client().call("GET", session.path(), {}, {{"X-Owner-Id", "alice"}}), 200));
}

TEST_F(sessions, stats_and_probes_answer) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto stats = client().get(session.path() + "/stats");
  ASSERT_TRUE(is_status(stats, 200));
  for (const auto* member : {"processes", "memory_bytes", "cpu_ms", "disk_bytes", "output_bytes", "limits", "limits_hit"})
    EXPECT_TRUE(stats.json().contains(member)) << member;
  for (const auto* probe : {"/healthz", "/readyz"}) {
    EXPECT_TRUE(is_status(client().get(probe), 200)) << probe;
    EXPECT_TRUE(is_status(client().call("HEAD", probe), 200)) << probe;
  }
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 1);
}

TEST_F(sessions, the_same_idempotency_key_gives_the_same_answer_once) {
  const http_headers key{{"Idempotency-Key", "k1"}};
  const std::string body = R"({"command":"echo run >>/root/runs; wc -l </root/runs"})";
  auto first = client().call("POST", session.path() + "/exec", body, key);
  auto second = client().call("POST", session.path() + "/exec", body, key);
  ASSERT_TRUE(is_status(first, 200));
  EXPECT_EQ(second.json()["id"], first.json()["id"]);
  EXPECT_EQ(client().output(session, "wc -l </root/runs"), "1");
  EXPECT_TRUE(
    is_error(client().call("POST", session.path() + "/exec", R"({"command":"other"})", key), 422, "idempotency_mismatch"));
}

} // namespace

} // namespace strata::test
