// SPDX-License-Identifier: MIT
// Bugs of the seed about sessions, limits and isolation that must not be shown here, by their number.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;
using testing::Not;

class seed_bug : public server_test {};

TEST_F(seed_bug, seed_bug_1_empty_ids_never_reach_the_session_root) {
  ASSERT_TRUE(is_status(client().create({"bob", "kept"}), 200));
  for (const auto* body :
       {R"({"owner_id":"","session_id":""})", R"({"owner_id":"","session_id":"x"})", R"({"owner_id":"x","session_id":""})"})
    EXPECT_TRUE(is_error(client().call("POST", "/api/sessions", body), 400, "invalid_argument")) << body;
  for (const auto* path : {"/api/sessions//", "/api/sessions///exec"})
    EXPECT_GE(client().call("DELETE", path).status, 400) << path;
  // "." is a name like any other: closing it takes nothing else away.
  const session_name dot{".", "."};
  if (client().create(dot).status == 200) {
    EXPECT_TRUE(is_status(client().remove(dot), 200));
  }
  EXPECT_EQ(client().output({"bob", "kept"}, "echo alive", {{"create", "never"}}), "alive");
  EXPECT_TRUE(std::filesystem::is_directory(server().session_root()));
}

TEST_F(seed_bug, seed_bug_2_no_owner_shares_the_base_or_another_level) {
  const std::vector<session_name> names{{"rootfs", "bin"}, {"base", "usr"}, {".", "x"}, {"..", "trash"}, {"sessions", "."}};
  for (const auto& name : names) {
    auto made = client().exec(name, "rm -rf /etc/* /root/* 2>/dev/null; echo mine >/root/mine");
    EXPECT_TRUE(made.status == 200 || made.status == 400) << made.status << made.body;
    client().remove(name);
  }
  auto fresh = client().run(session, "test -s /etc/passwd && ls /root && id -un");
  EXPECT_EQ(fresh["exit_code"], 0) << fresh.dump();
  EXPECT_EQ(fresh["output"], "root");
}

TEST_F(seed_bug, seed_bug_3_ids_that_look_alike_share_nothing) {
  const std::vector<session_name> names{{"a:b", "c"}, {"a", "b:c"}, {"a/b", "c"}, {"a_b", "c"},
                                        {"a b", "c"}, {"a", "b/c"}, {"a", "b_c"}, {"a", "b c"}};
  for (std::size_t i = 0; i < names.size(); ++i)
    client().run(names[i], fmt::format("echo {} >>/root/who; echo {} >>/tmp/who", i, i));
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(client().output(names[i], "cat /root/who /tmp/who", {{"create", "never"}}), fmt::format("{}\n{}", i, i));
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], names.size());
}

TEST_F(seed_bug, seed_bug_10_foreign_pages_cannot_call) {
  const std::string body = R"({"owner_id":"alice","session_id":"build"})";
  EXPECT_EQ(client().call("POST", "/api/sessions", body, {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(client().call("POST", "/api/sessions", body, {{"Host", "evil.example"}}).status, 403) << "DNS rebinding";
  EXPECT_EQ(client().call("POST", "/api/sessions", body, {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 0);
  EXPECT_EQ(client().call("POST", "/api/sessions", body, {{"Host", "localhost"}}).status, 200);
}

class seed_bug_limits : public seed_bug {
protected:
  void SetUp() override {
    seed_bug::SetUp();
    setup.arguments = {"--max-sessions",   "2",     "--max-sessions-per-owner", "1",
                       "--header-timeout", "300ms", "--body-timeout",           "300ms"};
  }
};

TEST_F(seed_bug_limits, seed_bug_15_limits_are_429_and_slow_or_large_requests_end) {
  ASSERT_TRUE(is_status(client().create({"alice", "one"}), 200));
  auto second = client().create({"alice", "two"});
  EXPECT_TRUE(is_error(second, 429, "quota_exceeded"));
  EXPECT_NE(second.headers.count("retry-after"), 0U);
  ASSERT_TRUE(is_status(client().create({"bob", "one"}), 200));
  EXPECT_TRUE(is_error(client().create({"carol", "one"}), 429, "quota_exceeded"));
  ASSERT_TRUE(is_status(client().remove({"alice", "one"}), 200));
  EXPECT_TRUE(is_status(client().create({"alice", "two"}), 200)) << "a deleted session's place is free";

  auto slow_head = another_client();
  slow_head.send_raw("GET /api/stats HTTP/1.1\r\nHost: lo");
  EXPECT_EQ(slow_head.receive().status, 408);
  EXPECT_TRUE(slow_head.is_closed_by_peer());
  auto slow_body = another_client();
  slow_body.send_raw("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_EQ(slow_body.receive().status, 408);
  auto large = another_client();
  large.send_raw("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
  EXPECT_EQ(large.receive().status, 413);
}

class seed_bug_secrets : public seed_bug {
protected:
  void SetUp() override {
    seed_bug::SetUp();
    setup.environment = {{"DATABASE_PASSWORD", "hunter2"}, {"LD_DEBUG_OUTPUT", "/nowhere"}};
  }
};

TEST_F(seed_bug_secrets, seed_bug_16_nothing_of_the_server_is_inside) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  EXPECT_THAT(client().output(session, "env; cat /proc/1/environ 2>&1"), Not(HasSubstr("hunter2")));
  EXPECT_EQ(client().output(session, "env -0 | tr '\\0' '\\n' | grep -c DATABASE"), "0");
  EXPECT_EQ(client().output(session, "ls /proc/$$/fd >/tmp/fds; wc -l </tmp/fds", {{"shell", "fresh"}}), "3")
    << "descriptors 0-2 only";
  EXPECT_EQ(client().output(session, "grep -c : /proc/net/dev"), "1") << "loopback only";
  EXPECT_NE(
    client().run(session, fmt::format("exec 3<>/dev/tcp/127.0.0.1/{}", server().port()), {{"shell", "fresh"}})["exit_code"], 0)
    << "the server cannot be reached from inside";
  EXPECT_EQ(client().output(session, "awk '/NoNewPrivs/ {print $2}' /proc/self/status"), "1");
  client().run(session, "touch /var/tmp/of-root-inside");
  const auto owner = shell("find " + server().session_root().string() + " -name of-root-inside -printf %U").text;
  EXPECT_FALSE(owner.empty());
  EXPECT_NE(owner, "0") << "root inside is not root outside";
  EXPECT_NE(client().run(session, "echo x >/proc/sys/kernel/core_pattern", {{"shell", "fresh"}})["exit_code"], 0);
  EXPECT_EQ(client().output(session, "awk '{print $7}' /proc/self/stat"), "0") << "no controlling terminal of the host";
  auto info = client().get(session.path()).json();
  EXPECT_THAT(info.value("driver", ""), testing::AnyOf("kernel", "fuse", "none")) << "what is in use is told";
  EXPECT_FALSE(info["isolation"].empty());
  // A process that sits in the files keeps nothing from being removed, and nothing is deleted through a mount.
  client().run(session, "mkdir -p /root/deep && cd /root/deep && (sleep 1000 </dev/null >/dev/null 2>&1 &)");
  EXPECT_TRUE(is_status(client().remove(session), 200));
  EXPECT_TRUE(server().session_files().empty());
}

TEST_F(seed_bug, seed_bug_17_creating_does_not_hold_up_others) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  at_once(12, [&](int i) {
    auto mine = another_client();
    if (i % 2 == 0) {
      EXPECT_TRUE(is_status(mine.create({"many", std::to_string(i)}), 200));
    } else {
      for (int call = 0; call < 10; ++call)
        EXPECT_EQ(mine.output(session, "echo x", {{"shell", "fresh"}}), "x");
    }
  });
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 7);
}

class seed_bug_ttl : public seed_bug {
protected:
  void SetUp() override {
    seed_bug::SetUp();
    setup.arguments = {"--session-ttl", "1s"};
  }
};

TEST_F(seed_bug_ttl, seed_bug_17_output_of_a_background_loop_is_no_activity) {
  client().run(session, "while :; do echo noise; sleep 0.05; done &");
  EXPECT_TRUE(eventually([&] { return server().session_files().empty(); }));
  auto ended = client().get("/api/sessions?owner=alice").json();
  ASSERT_EQ(ended["items"].size(), 1U) << ended.dump();
  EXPECT_EQ(ended["items"][0]["state"], "closed");
  EXPECT_EQ(ended["items"][0]["closed_reason"], "session_expired");
}

} // namespace

} // namespace strata::test
