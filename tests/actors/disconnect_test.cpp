// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// What becomes of a command whose client goes away.
namespace strata::test {

namespace {

exec_request kept(const std::string& text) {
  auto request = command(text);
  request.on_disconnect = "keep";
  return request;
}

} // namespace

TEST(disconnect, kills_a_running_command) {
  scene at;
  auto exec = at.call(command("make"));
  exec.disconnect();
  at.settle();
  EXPECT_FALSE(at.box().runs("make"));
  EXPECT_EQ(exec.value().reason, "cancelled");
  EXPECT_FALSE(at.call(command("next")).answered());
  EXPECT_TRUE(at.box().runs("next"));
  at.expect_clean_end();
}

TEST(disconnect, takes_a_queued_command_out_of_the_queue) {
  scene at;
  at.call(command("long"));
  auto gone = at.call(command("gone"));
  at.call(command("next"));
  gone.disconnect();
  at.settle();
  EXPECT_EQ(gone.value().reason, "cancelled");
  at.box().end("long");
  at.settle();
  EXPECT_TRUE(at.box().runs("next"));
  EXPECT_EQ(at.box().ran.size(), 2u);
  at.expect_clean_end();
}

TEST(disconnect, before_the_session_is_ready_runs_nothing) {
  scene at;
  at.launcher.holds = true;
  auto exec = at.call(command("make"));
  exec.disconnect();
  at.settle();
  EXPECT_EQ(exec.value().reason, "cancelled");
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(at.box().ran.empty());
  at.expect_clean_end();
}

TEST(disconnect, before_the_call_has_reached_the_session_counts) {
  scene at;
  at.call(creation());
  auto exec = at.begin(command("make"));
  exec.disconnect();
  at.settle();
  EXPECT_EQ(exec.value().reason, "cancelled");
  EXPECT_FALSE(at.box().runs("make"));
  at.expect_clean_end();
}

TEST(disconnect, while_the_sandbox_begins_the_command_kills_it) {
  scene at;
  at.launcher.habits.starts = false;
  auto exec = at.call(command("make"));
  exec.disconnect();
  at.settle();
  EXPECT_TRUE(at.box().find("make")->kill_asked);
  at.box().start("make", 8);
  at.settle();
  EXPECT_EQ(exec.value().reason, "cancelled");
  at.expect_clean_end();
}

TEST(disconnect, after_the_hand_over_ends_nothing) {
  scene at;
  auto request = command("make");
  request.wait_ms = 100;
  auto exec = at.call(request);
  at.advance(milliseconds{100});
  exec.disconnect();
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  at.expect_clean_end();
}

TEST(disconnect, keeps_the_command_when_told_so_and_the_shell_refuses_new_calls) {
  scene at;
  auto exec = at.call(kept("make"));
  exec.disconnect();
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  EXPECT_EQ(at.call(command("next")).code(), errc::shell_busy); // nobody can see how long it takes
  at.box().end("make");
  at.settle();
  EXPECT_FALSE(at.call(command("next")).answered());
  at.expect_clean_end();
}

TEST(disconnect, keeps_a_queued_command_when_told_so) {
  scene at;
  at.call(command("long"));
  auto exec = at.call(kept("later"));
  exec.disconnect();
  at.settle();
  at.box().end("long");
  at.settle();
  EXPECT_TRUE(at.box().runs("later"));
  EXPECT_EQ(at.call(command("next")).code(), errc::shell_busy);
  at.expect_clean_end();
}

TEST(disconnect, a_deadline_is_one) {
  scene at;
  call_context context;
  context.deadline = at.now() + seconds{2};
  auto killed = at.call(fresh("killed"), context);
  auto request = fresh("kept");
  request.on_disconnect = "keep";
  at.call(request, context);
  request = fresh("handed over");
  request.wait_ms = 1000;
  at.call(request, context);
  at.advance(seconds{2});
  EXPECT_EQ(killed.value().reason, "cancelled");
  EXPECT_FALSE(killed.value().timed_out);
  EXPECT_TRUE(at.box().runs("kept") && at.box().runs("handed over"));
  at.expect_clean_end();
}

TEST(disconnect, of_a_call_that_was_answered_hits_no_other) {
  scene at;
  auto first = at.call(command("first"));
  at.box().end("first");
  at.settle();
  at.call(command("second"));
  first.disconnect();
  at.settle();
  EXPECT_TRUE(at.box().runs("second"));
  at.expect_clean_end();
}

} // namespace strata::test
