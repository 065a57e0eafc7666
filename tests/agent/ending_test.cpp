// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

/// Everything that a command started can be ended, and nothing else is.
namespace strata::test {

namespace {

using wire::shell_outcome;

class ending_test : public testing::Test {
protected:
  void SetUp() override {
    if (auto why = live_agent::unavailable())
      GTEST_SKIP() << *why;
    agent_.emplace();
    agent_->connect();
    ASSERT_FALSE(agent_->open_shell());
  }

  /// Waits until the command has written, then ends it.
  shell_result end_in_shell(const std::string& command, bool merge = true) {
    wire::shell_run request{agent_->next_id(), "session", command, {}, {}, merge, 0};
    return agent_->shell(request, {}, [&] {
      await_children();
      agent_->end(request.id);
    });
  }
  run_result end_run(const std::string& command) {
    wire::run request{agent_->next_id(), {"bash", "-c", command}, plain_environment(), "/", {}};
    return agent_->run(request, {}, [&] {
      await_children();
      agent_->end(request.id);
    });
  }
  std::int64_t processes() { return agent_->usage().processes; }

  /// Until the command has started what it wants to.
  void await_children() {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (agent_->usage().processes < expected_)
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "not all have started";
  }

  std::optional<live_agent> agent_;
  std::int64_t expected_ = 2;
};

} // namespace

TEST_F(ending_test, kills_setsid_and_double_forks_and_spares_earlier_jobs) {
  EXPECT_EQ(agent_->shell("sleep 300 & (setsid sleep 300 &)").end->left_running, 2u);
  expected_ = 3 + 4;
  auto done = end_in_shell("sleep 301 & (setsid sh -c '(sleep 302 &) ; sleep 303' &) ; trap '' TERM INT HUP; sleep 304");
  EXPECT_EQ(done.end->outcome, shell_outcome::bash_killed);
  EXPECT_EQ(done.end->value, SIGKILL);
  EXPECT_EQ(done.end->killed, 1);
  EXPECT_EQ(done.end->left_running, 0u);
  EXPECT_EQ(processes(), 2);
  ASSERT_FALSE(agent_->open_shell());
  EXPECT_EQ(agent_->shell("pgrep -c sleep").out, "2\n");
}

TEST_F(ending_test, ends_a_stopped_shell_and_a_stopped_keeper) {
  expected_ = 1;
  EXPECT_EQ(end_in_shell("kill -STOP $$").end->outcome, shell_outcome::bash_killed);
  ASSERT_FALSE(agent_->open_shell());
  expected_ = 2;
  EXPECT_EQ(end_in_shell("kill -STOP $PPID; sleep 300").end->outcome, shell_outcome::bash_killed);
  EXPECT_EQ(processes(), 0);
  ASSERT_FALSE(agent_->open_shell());
  EXPECT_EQ(agent_->shell("echo ok").out, "ok\n");
}

TEST_F(ending_test, ends_what_has_lost_its_keeper) {
  expected_ = 3;
  auto done = end_in_shell("setsid sleep 300 & kill -9 $PPID; sleep 301");
  EXPECT_EQ(done.end->outcome, shell_outcome::bash_killed);
  EXPECT_EQ(processes(), 0);
  auto run = end_run("(setsid sleep 300 &) ; kill -9 $PPID; sleep 301; true");
  ASSERT_TRUE(run.end);
  EXPECT_EQ(run.end->status, SIGKILL);
  EXPECT_EQ(processes(), 0);
}

TEST_F(ending_test, a_lowered_mark_does_not_help) {
  expected_ = 3;
  auto done = end_in_shell("(ulimit -R 5000; kill -9 $PPID; exec setsid sleep 300) & sleep 301");
  EXPECT_EQ(done.end->outcome, shell_outcome::bash_killed);
  EXPECT_EQ(processes(), 0);
}

TEST_F(ending_test, learns_the_status_of_a_main_whose_keeper_was_killed) {
  auto done = agent_->run({"bash", "-c", "kill -9 $PPID; sleep 0.05; exit 5"});
  ASSERT_TRUE(done.end);
  EXPECT_EQ(done.end->status, W_EXITCODE(5, 0));
  // At once: the keeper has most likely not told its start yet.
  done = agent_->run({"sh", "-c", "kill -9 $PPID; exit 6"});
  ASSERT_TRUE(done.end);
  EXPECT_EQ(done.end->status, W_EXITCODE(6, 0));
}

TEST_F(ending_test, ends_what_has_not_started_yet) {
  for (int i = 0; i < 20; ++i) {
    auto id = agent_->next_id();
    unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    wire::run request{id, {"sleep", "300"}, plain_environment(), "/", {}};
    auto number = agent_->send(wire::message::run, request, {null.get(), null.get(), null.get()});
    agent_->end(id);
    EXPECT_EQ(agent_->reply_to(number).type, wire::message::started);
    EXPECT_EQ(agent_->next_event().type, wire::message::ended);
    auto opened = agent_->send(wire::message::open_shell, wire::open_shell{id, plain_environment(), "/", {}, {}});
    EXPECT_EQ(agent_->reply_to(agent_->send(wire::message::close_shell, wire::close_shell{id})).type, wire::message::done);
    agent_->reply_to(opened);
  }
  EXPECT_EQ(processes(), 1);
}

TEST_F(ending_test, ends_a_run_with_everything_it_started) {
  agent_->shell("sleep 300 &");
  expected_ = 2 + 5;
  auto done = end_run("trap '' TERM; sleep 301 & (setsid sh -c '(sleep 302 &) ; sleep 303' &) ; sleep 304 & wait");
  EXPECT_EQ(done.end->status, SIGKILL);
  EXPECT_EQ(done.end->killed, 1);
  EXPECT_EQ(done.end->left_running, 0u);
  EXPECT_EQ(processes(), 2);
  EXPECT_EQ(agent_->shell("echo alive; kill %1").out, "alive\n");
}

TEST_F(ending_test, ends_a_fork_bomb) {
  expected_ = 30;
  // Bounded by a limit, as a sandbox is; it never stands still.
  auto done = end_in_shell(
    "ulimit -u 200; bomb() { bomb & bomb; }; while :; do (sleep 0.01 &) ; (setsid sleep 0.02 &) ; for i in 1 2 3 4 5 6 7 8 "
    "9; do (while :; do (:) & (:); done) & done 2>/dev/null; sleep 0.01; [ $((++n)) -gt 5 ] && wait; done");
  EXPECT_EQ(done.end->killed, 1);
  EXPECT_EQ(processes(), 0);
  ASSERT_FALSE(agent_->open_shell());
  EXPECT_EQ(agent_->shell("echo ok").out, "ok\n");
}

TEST_F(ending_test, an_unknown_or_ended_id_is_ignored) {
  agent_->end("nothing");
  auto done = agent_->shell({"x", "session", "true", {}, {}, 0, 0});
  agent_->end("x");
  EXPECT_EQ(agent_->shell("echo ok").out, "ok\n");
}

} // namespace strata::test
