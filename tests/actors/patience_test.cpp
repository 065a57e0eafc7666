// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// timeout_ms, wait_ms and queue_ms, and what a sandbox may take.
namespace strata::test {

namespace {

exec_request timed(const std::string& text, std::int64_t timeout_ms) {
  auto request = command(text);
  request.timeout_ms = timeout_ms;
  return request;
}

exec_request patient(const std::string& text, std::int64_t wait_ms) {
  auto request = command(text);
  request.wait_ms = wait_ms;
  return request;
}

exec_request queued(const std::string& text, std::int64_t queue_ms) {
  auto request = command(text);
  request.queue_ms = queue_ms;
  return request;
}

} // namespace

TEST(timeout, kills_the_command_and_restarts_the_shell) {
  scene at;
  auto exec = at.call(timed("sleep 60", 1000));
  at.advance(milliseconds{999});
  EXPECT_TRUE(at.box().runs("sleep 60"));
  at.advance(milliseconds{1});
  ASSERT_TRUE(exec.succeeded());
  EXPECT_EQ(exec.value().reason, "timed_out");
  EXPECT_TRUE(exec.value().timed_out);
  EXPECT_TRUE(exec.value().shell_restarted);
  EXPECT_EQ(exec.value().exit_code, std::nullopt);
  EXPECT_EQ(exec.value().elapsed_ms, 1000);
  at.call(command("next"));
  EXPECT_TRUE(at.box().runs("next"));
  EXPECT_EQ(at.box().opened.size(), 2u);
  at.expect_clean_end();
}

TEST(timeout, counts_from_the_start_and_not_from_queueing) {
  scene at;
  at.call(command("long"));
  auto exec = at.call(timed("short", 1000));
  at.advance(seconds{20});
  at.box().does.starts = false;
  at.box().end("long");
  at.settle();
  at.advance(milliseconds{600}); // the sandbox takes its time, too
  at.box().start("short", 8);
  at.settle();
  at.advance(milliseconds{999});
  EXPECT_TRUE(at.box().runs("short"));
  at.advance(milliseconds{1});
  EXPECT_EQ(exec.value().reason, "timed_out");
  EXPECT_EQ(exec.value().elapsed_ms, 1000);
  at.expect_clean_end();
}

TEST(timeout, of_the_server_holds_for_calls_without_one) {
  runtime_options options;
  options.exec_timeout = seconds{5};
  scene at{options};
  auto exec = at.call(command("sleep 60"));
  at.advance(seconds{5});
  EXPECT_EQ(exec.value().reason, "timed_out");
  auto endless = at.call(timed("forever", 0)); // zero is none
  at.advance(minutes{20});
  EXPECT_FALSE(endless.answered());
  at.expect_clean_end();
}

TEST(timeout, of_a_command_that_came_to_its_own_end_is_not_told) {
  scene at;
  at.launcher.habits.kills = false;
  auto exec = at.call(timed("true", 1000));
  at.advance(milliseconds{1000});
  EXPECT_TRUE(at.box().find("true")->kill_asked);
  at.box().end("true", 4); // on its way while the time ran out
  at.settle();
  EXPECT_EQ(exec.value().reason, "exited");
  EXPECT_EQ(exec.value().exit_code, 4);
  EXPECT_FALSE(exec.value().timed_out);
  at.expect_clean_end();
}

TEST(timeout, a_sandbox_that_does_not_kill_is_lost) {
  runtime_options options;
  scene at{options};
  at.launcher.habits.kills = false;
  auto exec = at.call(timed("stuck", 1000));
  at.advance(milliseconds{1000} + options.kill_patience);
  EXPECT_EQ(exec.code(), errc::session_lost);
  EXPECT_TRUE(at.box().closed());
  at.expect_clean_end();
}

TEST(timeout, a_sandbox_that_does_not_begin_a_command_is_lost) {
  runtime_options options;
  scene at{options};
  at.launcher.habits.starts = false;
  auto exec = at.call(fresh("true"));
  at.advance(options.start_patience - milliseconds{1});
  EXPECT_FALSE(exec.answered());
  at.advance(milliseconds{1});
  EXPECT_EQ(exec.code(), errc::session_lost);
  at.expect_clean_end();
}

TEST(wait, hands_a_running_command_over) {
  scene at;
  auto exec = at.call(patient("make", 5000));
  at.box().output.out = {"cc main.c\n", 10, -1};
  at.box().output.combined = at.box().output.out;
  at.advance(milliseconds{4999});
  EXPECT_FALSE(exec.answered());
  at.advance(milliseconds{1});
  ASSERT_TRUE(exec.succeeded());
  EXPECT_EQ(exec.value().state, process_state::running);
  EXPECT_EQ(exec.value().reason, "");
  EXPECT_EQ(exec.value().exit_code, std::nullopt);
  EXPECT_EQ(exec.value().output.data, "cc main.c\n");
  EXPECT_EQ(exec.value().next, 10);
  EXPECT_EQ(exec.value().elapsed_ms, 5000);
  EXPECT_TRUE(at.box().runs("make")); // it never kills
  at.box().end("make");
  at.expect_clean_end();
}

TEST(wait, a_held_shell_refuses_new_calls_at_once_and_names_the_holder) {
  scene at;
  auto exec = at.call(patient("server", 100));
  auto before = at.call(queued("waits already", 10'000));
  at.advance(milliseconds{100});
  auto refused = at.call(queued("next", 60'000));
  EXPECT_EQ(refused.code(), errc::shell_busy);
  EXPECT_EQ(refused.fact("holder"), exec.value().id);
  EXPECT_EQ(refused.fact("shell"), "session");
  EXPECT_FALSE(before.answered());
  auto other = command("other");
  other.shell = "two";
  EXPECT_FALSE(at.call(other).answered());
  EXPECT_FALSE(at.call(fresh("third")).answered());
  EXPECT_TRUE(at.box().runs("other") && at.box().runs("third"));
  at.box().end("server");
  at.settle();
  EXPECT_TRUE(at.box().runs("waits already"));
  EXPECT_FALSE(at.call(command("welcome again")).answered());
  at.expect_clean_end();
}

TEST(wait, a_timeout_holds_after_the_hand_over) {
  scene at;
  auto request = patient("make", 100);
  request.timeout_ms = 1000;
  at.call(request);
  at.advance(milliseconds{999});
  EXPECT_TRUE(at.box().runs("make"));
  at.advance(milliseconds{1});
  EXPECT_FALSE(at.box().runs("make"));
  EXPECT_FALSE(at.call(command("next")).answered());
  EXPECT_TRUE(at.box().runs("next"));
  at.expect_clean_end();
}

TEST(wait, a_command_that_ends_while_its_output_is_asked_for_is_told_as_ended) {
  scene at;
  at.launcher.habits.tells = false;
  auto exec = at.call(patient("make", 100));
  at.advance(milliseconds{100});
  EXPECT_FALSE(exec.answered());
  at.box().end("make", 7);
  at.settle();
  EXPECT_EQ(exec.value().exit_code, 7);
  at.box().answer_output({});
  at.settle();
  at.expect_clean_end();
}

TEST(wait, a_command_that_cannot_start_is_an_error_even_when_patience_is_over) {
  scene at;
  at.launcher.habits.starts = false;
  auto wrong = at.call(patient("cd", 100));
  at.advance(milliseconds{200});
  EXPECT_FALSE(wrong.answered());
  at.box().start("cd", error{errc::cwd_not_found, "no"});
  at.settle();
  EXPECT_EQ(wrong.code(), errc::cwd_not_found);

  auto right = at.call(patient("ls", 100));
  at.advance(milliseconds{200});
  at.box().start("ls", 8);
  at.settle();
  EXPECT_EQ(right.value().state, process_state::running);
  at.expect_clean_end();
}

TEST(wait, of_nothing_answers_at_once) {
  scene at;
  at.call(creation());
  auto exec = at.call(patient("make", 0));
  at.advance(milliseconds{0});
  EXPECT_EQ(exec.value().state, process_state::running);
  auto refused = at.call(patient("next", 0));
  at.advance(milliseconds{0});
  EXPECT_EQ(refused.code(), errc::shell_busy);
  at.expect_clean_end();
}

TEST(wait, that_ends_before_the_session_is_ready_answers_queued_and_the_command_runs) {
  scene at;
  at.launcher.holds = true;
  auto exec = at.call(patient("make", 100));
  at.advance(milliseconds{100});
  ASSERT_TRUE(exec.succeeded());
  EXPECT_EQ(exec.value().state, process_state::queued);
  EXPECT_TRUE(exec.value().session_created);
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  EXPECT_EQ(at.box().ran.at(0).id, exec.value().id);
  EXPECT_EQ(at.call(command("next")).code(), errc::shell_busy); // nobody is on the other end of it
  at.expect_clean_end();
}

TEST(queue, ends_with_shell_busy_and_the_holder) {
  runtime_options options;
  scene at{options};
  at.call(command("long"));
  auto brief = at.call(queued("brief", 1000));
  auto plain = at.call(command("plain"));
  auto as_patience = at.call(patient("as patience", 2000));
  auto at_once = at.call(queued("at once", 0));
  at.advance(milliseconds{0});
  EXPECT_EQ(at_once.code(), errc::shell_busy);
  at.advance(milliseconds{999});
  EXPECT_FALSE(brief.answered());
  at.advance(milliseconds{1});
  EXPECT_EQ(brief.code(), errc::shell_busy);
  EXPECT_EQ(brief.fact("holder"), "p1-" + at.box().made_for.uid.substr(16));
  at.advance(milliseconds{1000});
  EXPECT_EQ(as_patience.code(), errc::shell_busy);
  at.advance(options.queue_wait - milliseconds{2000});
  EXPECT_EQ(plain.code(), errc::shell_busy);
  EXPECT_EQ(at.box().ran.size(), 1u);
  at.expect_clean_end();
}

TEST(queue, nobody_is_busy_while_a_shell_opens) {
  scene at;
  at.launcher.habits.opens = false;
  auto first = at.call(queued("first", 0));
  auto second = at.call(queued("second", 0));
  at.advance(seconds{1});
  EXPECT_FALSE(first.answered());
  EXPECT_EQ(second.code(), errc::shell_busy);
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(at.box().runs("first"));
  at.expect_clean_end();
}

TEST(queue, time_in_it_does_not_count_as_elapsed) {
  scene at;
  at.call(command("long"));
  auto exec = at.call(command("short"));
  at.advance(seconds{3});
  at.box().end("long");
  at.settle();
  at.advance(milliseconds{40});
  at.box().end("short");
  at.settle();
  EXPECT_EQ(exec.value().elapsed_ms, 40);
  at.expect_clean_end();
}

} // namespace strata::test
