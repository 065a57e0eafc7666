// SPDX-License-Identifier: MIT
// Sessions that want more than they may have: what they get, what they are told, and that others go on.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <gmock/gmock.h>

namespace strata::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class limited : public server_test {
protected:
  /// Makes the session; false where the host cannot enforce this limit.
  bool make(json limits) {
    setup.arguments = {"--max-pids", "4096"};
    const auto made = client().create(session, {{"limits", std::move(limits)}});
    if (made.status == 501)
      return false;
    EXPECT_TRUE(is_status(made, 200));
    state_ = made.json();
    return true;
  }
  bool by_cgroup(const std::string& what) {
    return state_["isolation"]["limits"].get<std::string>().find(what + ": cgroup") != std::string::npos;
  }
  std::vector<std::string> groups() {
    const auto uid = state_["uid"].get<std::string>();
    std::vector<std::string> found;
    std::istringstream lines{shell("find /sys/fs/cgroup -type d -name " + uid).text};
    for (std::string line; std::getline(lines, line);)
      found.push_back(line);
    return found;
  }
  json state_;
};

std::vector<std::string> limits_hit(const json& answer) { return answer["limits_hit"].get<std::vector<std::string>>(); }

TEST_F(limited, a_fork_bomb_stays_in_its_session_and_ends_with_its_timeout) {
  ASSERT_TRUE(make({{"pids", 64}}));
  const session_name other{"bob", "quiet"};
  ASSERT_TRUE(is_status(client().create(other), 200));
  auto bomb = another_client();
  bomb.send_exec(session, "bomb() { bomb | bomb & }; bomb; sleep 1000", {{"timeout_ms", 3000}, {"shell", "fresh"}});
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(client().output(other, "expr 6 \\* 7", {{"shell", "fresh"}}), "42") << "another session goes on";
  const auto ended = bomb.receive().json();
  EXPECT_EQ(ended["reason"], "timed_out");
  if (by_cgroup("pids")) {
    EXPECT_THAT(limits_hit(ended), Contains("pids"));
    EXPECT_THAT(limits_hit(client().get(session.path() + "/stats").json()), Contains("pids"));
  }
  EXPECT_EQ(client().output(session, "echo alive", {{"shell", "fresh"}}), "alive");
  EXPECT_EQ(client().get(session.path() + "/stats").json()["processes"], 0) << "nothing of the bomb is left";
}

TEST_F(limited, a_memory_bomb_is_killed_and_its_end_says_why) {
  if (!make({{"memory_bytes", 64 << 20}}))
    GTEST_SKIP() << "this host cannot limit memory";
  const auto ended = client().run(session, "exec dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null", {{"shell", "fresh"}});
  EXPECT_EQ(ended["reason"], "oom_killed") << ended.dump();
  EXPECT_EQ(ended["exit_code"], nullptr);
  EXPECT_THAT(limits_hit(ended), Contains("memory"));
  // Seen through a shell it is what the shell makes of it.
  const auto in_shell = client().run(session, "dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null");
  EXPECT_EQ(in_shell["exit_code"], 137);
  EXPECT_THAT(limits_hit(in_shell), Contains("memory"));
  const auto modest = client().run(session, "echo fine");
  EXPECT_EQ(modest["output"], "fine");
  EXPECT_THAT(limits_hit(modest), testing::IsEmpty()) << "it hit nothing itself";
}

TEST_F(limited, files_in_memory_fill_up_before_the_memory_does) {
  if (!make({{"memory_bytes", 64 << 20}}))
    GTEST_SKIP() << "this host cannot limit memory";
  for (const auto* place : {"/tmp", "/dev/shm", "/run"}) {
    const auto filled =
      client().run(session, std::string{"dd if=/dev/zero of="} + place + "/full bs=1M count=200 2>&1", {{"shell", "fresh"}});
    EXPECT_EQ(filled["exit_code"], 1) << filled.dump();
    EXPECT_THAT(filled["output"].get<std::string>(), HasSubstr("No space left on device"));
  }
  EXPECT_EQ(client().output(session, "echo alive; rm /tmp/full /dev/shm/full /run/full"), "alive") << "with all of them full";
}

TEST_F(limited, the_command_line_names_what_was_hit) {
  if (!make({{"memory_bytes", 64 << 20}}))
    GTEST_SKIP() << "this host cannot limit memory";
  const auto told = shell(server_binary() + " exec --addr 127.0.0.1:" + std::to_string(server().port())
                          + " alice/build -- dd if=/dev/zero of=/dev/null bs=200M count=1 2>&1");
  EXPECT_EQ(told.exit_code, 137);
  EXPECT_THAT(told.text, HasSubstr("strata: limits hit: memory"));
}

// It stays when its process is killed, and would take all memory of the session for good.
TEST_F(limited, shared_memory_is_at_most_an_eighth_of_the_memory) {
  if (!make({{"memory_bytes", 64 << 20}}))
    GTEST_SKIP() << "this host cannot limit memory";
  const auto got = client().run(session, "command -v python3 >/dev/null || exit 77; python3 - <<'END'\n"
                                         "import ctypes, errno, os\n"
                                         "lib = ctypes.CDLL(None, use_errno=True)\n"
                                         "got = [lib.shmget(256 + i, 2 << 20, 0o1666) for i in range(8)]\n"
                                         "print(len([each for each in got if each >= 0]), os.strerror(ctypes.get_errno()))\n"
                                         "END");
  if (got["exit_code"] == 77)
    GTEST_SKIP() << "no python3 in the session";
  EXPECT_EQ(got["output"], "4 No space left on device") << got.dump();
}

TEST_F(limited, a_spinner_is_throttled) {
  if (!make({{"cpu_millis", 100}}))
    GTEST_SKIP() << "this host cannot limit processor time";
  client().run(session, "timeout 2 sh -c 'while :; do :; done'", {{"shell", "fresh"}});
  bool throttled = false;
  for (const auto& group : groups())
    throttled =
      throttled
      || shell("awk '/nr_throttled/ {print ($2 > 0) ? \"yes\" : \"no\"}' " + group + "/cpu.stat 2>/dev/null").text == "yes\n";
  EXPECT_TRUE(throttled);
}

TEST_F(limited, open_files_are_those_of_each_process) {
  ASSERT_TRUE(make({{"open_files", 40}}));
  EXPECT_EQ(client().output(session, "ulimit -Hn; ulimit -n", {{"shell", "fresh"}}), "40\n40");
  const auto hoarder =
    client().run(session, "for i in $(seq 100); do eval \"exec $((i + 3))</dev/null\" || exit 9; done", {{"shell", "fresh"}});
  EXPECT_NE(hoarder["exit_code"], 0);
  EXPECT_TRUE(is_status(client().get(session.path() + "/files/stat?path=/root"), 200))
    << "Strata's own program opens what it needs";
}

TEST_F(limited, what_is_too_much_is_refused_and_what_holds_is_shown) {
  ASSERT_TRUE(make({{"pids", 500}}));
  EXPECT_EQ(state_["limits"]["pids"], 500);
  EXPECT_TRUE(is_error(client().create({"alice", "more"}, {{"limits", {{"pids", 5000}}}}), 403, "permission_denied"));
  EXPECT_TRUE(is_error(client().create({"alice", "less"}, {{"limits", {{"pids", 1}}}}), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().create({"alice", "disk"}, {{"limits", {{"disk_bytes", 1 << 30}}}}), 501, "unsupported"));
  EXPECT_TRUE(is_error(client().create(session, {{"limits", {{"pids", 400}}}}), 409, "session_differs"));
  EXPECT_TRUE(is_status(client().create(session, {{"limits", {{"pids", 500}}}}), 200));
  for (const auto& group : groups())
    EXPECT_THAT(group, HasSubstr("/strata-"));
  ASSERT_TRUE(is_status(client().remove(session), 200));
  EXPECT_THAT(groups(), testing::IsEmpty()) << "they go with the session";
}

TEST_F(limited, a_server_that_must_limit_refuses_a_host_that_cannot) {
  setup.arguments = {"--require-limits"};
  if (as_root() && !shell("ls -d /sys/fs/cgroup/pids /sys/fs/cgroup/memory /sys/fs/cgroup/cpu 2>/dev/null").text.empty()) {
    EXPECT_TRUE(is_status(client().create(session), 200));
    return;
  }
  try {
    server();
    GTEST_SKIP() << "this host gives its users cgroups";
  } catch (const std::exception& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("require limits: this host gives the server no way to limit memory"));
  }
}

} // namespace
} // namespace strata::test
