// SPDX-License-Identifier: MIT
// Two hundred sessions, sixteen at a time; the same while agents and monitors are killed at random.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <random>

namespace strata::test {

namespace {

constexpr int all_sessions = 200, at_a_time = 16, execs_each = 5;

class many : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    setup.arguments = {"--max-sessions", "400"};
  }

  /// `life(client, n)` for every session number, at_a_time at once; the sessions live until all were made.
  void for_all(const std::function<void(rest_client&, int)>& life) {
    std::atomic<int> next{0};
    server(); // started before the threads ask for it
    at_once(at_a_time, [&](int) {
      auto mine = another_client();
      for (int number; (number = next++) < all_sessions;)
        life(mine, number);
    });
  }

  static session_name name_of(int number) { return {fmt::format("owner-{}", number % 7), fmt::format("s{}", number)}; }
};

TEST_F(many, two_hundred_sessions_run_five_commands_each_and_leave_nothing) {
  for_all([](rest_client& mine, int number) {
    auto name = name_of(number);
    ASSERT_TRUE(is_status(mine.create(name), 200));
    for (int call = 0; call < execs_each; ++call)
      EXPECT_EQ(
        mine.output(name, fmt::format("echo {}.{} >>log; tail -n 1 log; wc -l <log", number, call), {{"create", "never"}}),
        fmt::format("{}.{}\n{}", number, call, call + 1));
  });
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], all_sessions);
  for_all([](rest_client& mine, int number) { EXPECT_TRUE(is_status(mine.remove(name_of(number)), 200)); });
  EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 0);
  EXPECT_TRUE(server().session_files().empty());
  EXPECT_TRUE(eventually([&] { return descendants(server().pid()).empty(); })) << to_lines(descendants(server().pid()));
}

/// Kills the agent over a command that is running in a session, and looks at what its caller is told.
void lose_agent(rest_client& mine, const session_name& name, int mark) {
  auto before = mine.get(name.path()).json().value("uid", "");
  mine.send_exec(name, fmt::format("echo begun; sleep 90{:06}", mark));
  std::optional<sandbox_pids> found;
  ASSERT_TRUE(eventually([&] { return (found = find_sandbox_running(fmt::format("sleep 90{:06}", mark))).has_value(); }));
  ASSERT_EQ(::kill(found->agent, SIGKILL), 0);
  EXPECT_TRUE(is_error(mine.receive(), 502, "session_lost"));
  EXPECT_EQ(mine.exec(name, "true", {{"create", "never"}}).status, 404) << "it is not made anew for who does not want it";
  auto next = mine.run(name, "echo again; ls");
  EXPECT_EQ(next["output"], "again") << "the files of the lost one are gone";
  EXPECT_EQ(next["session_created"], true);
  EXPECT_NE(next["session_uid"], before);
}

/// Kills bwrap's monitor while a command is running, which goes on and ends as if nothing had been.
void lose_monitor(rest_client& mine, rest_client& other, const session_name& name, int mark) {
  mine.send_exec(name, fmt::format("x={0}; sh -c 'until [ -e /tmp/go{0} ]; do sleep 0.02; done' mark{0:06}; echo $x", mark));
  std::optional<sandbox_pids> found;
  ASSERT_TRUE(eventually([&] { return (found = find_sandbox_running(fmt::format("mark{:06}", mark))).has_value(); }));
  ASSERT_EQ(::kill(found->monitor, SIGKILL), 0);
  EXPECT_EQ(other.output(name, fmt::format("touch /tmp/go{}; echo touched", mark), {{"shell", "fresh"}, {"create", "never"}}),
            "touched");
  auto answer = mine.receive();
  ASSERT_TRUE(is_status(answer, 200));
  EXPECT_EQ(answer.json()["output"], std::to_string(mark));
  EXPECT_EQ(answer.json()["exit_code"], 0);
}

unsigned chosen_seed() {
  const char* given = std::getenv("STRATA_E2E_SEED");
  auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
  std::cout << "STRATA_E2E_SEED=" << seed << std::endl;
  return seed;
}

TEST_F(many, killed_agents_are_told_and_killed_monitors_are_not_missed) {
  const auto seed = chosen_seed();
  std::atomic<int> agents{0}, monitors{0};
  for_all([&](rest_client& mine, int number) {
    std::minstd_rand dice{seed + static_cast<unsigned>(number)};
    auto name = name_of(number);
    auto other = another_client();
    ASSERT_TRUE(is_status(mine.create(name), 200));
    bool has_monitor = true;
    for (int call = 0; call < execs_each; ++call) {
      const auto mark = number * execs_each + call;
      switch (dice() % 12) {
      case 0:
        lose_agent(mine, name, mark);
        has_monitor = true;
        ++agents;
        break;
      case 1:
        if (has_monitor) {
          lose_monitor(mine, other, name, mark);
          ++monitors;
        }
        has_monitor = false;
        break;
      default: EXPECT_EQ(mine.output(name, fmt::format("echo {}", mark), {{"create", "never"}}), std::to_string(mark));
      }
    }
    if (dice() % 2 == 0) {
      EXPECT_TRUE(is_status(mine.remove(name), 200));
    }
  });
  std::cout << agents << " agents and " << monitors << " monitors were killed" << std::endl;
  EXPECT_GT(agents, 20);
  EXPECT_GT(monitors, 20);
  EXPECT_TRUE(is_status(client().get("/healthz"), 200));
  EXPECT_TRUE(server().is_running());
}

} // namespace

} // namespace strata::test
