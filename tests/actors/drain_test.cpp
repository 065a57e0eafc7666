// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// The server stops in order.
namespace strata::test {

TEST(drain, refuses_new_work_and_still_answers_questions) {
  scene at;
  at.call(creation());
  auto running = at.call(command("running"));
  at.post(registry_drain{seconds{10}, [] {}});
  at.settle();
  auto refused = at.call(command("more"));
  EXPECT_EQ(refused.code(), errc::draining);
  EXPECT_EQ(refused.fact("retry_after"), "1");
  EXPECT_EQ(at.call(creation()).code(), errc::draining);
  EXPECT_EQ(at.call(creation("new")).code(), errc::draining);
  EXPECT_EQ(at.call(opening("a")).code(), errc::draining);
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
  EXPECT_TRUE(at.call(list_sessions{}).succeeded());
  EXPECT_TRUE(at.call(get_stats{}).value().draining);
  EXPECT_FALSE(running.answered());
  at.expect_clean_end();
}

TEST(drain, gives_running_commands_their_grace_and_refuses_what_waits) {
  scene at;
  auto running = at.call(command("running"));
  auto queued = at.call(command("queued"));
  auto stuck = at.call(fresh("stuck"));
  int drained = 0;
  at.post(registry_drain{seconds{10}, [&] { ++drained; }});
  at.settle();
  EXPECT_EQ(queued.code(), errc::draining);
  at.advance(seconds{5});
  at.box().end("running", 3);
  at.settle();
  EXPECT_EQ(running.value().exit_code, 3);
  EXPECT_EQ(drained, 0);
  at.advance(seconds{5});
  EXPECT_EQ(stuck.value().reason, "session_closed");
  EXPECT_EQ(at.call(asking()).value().closed_reason, "server_stopping");
  EXPECT_EQ(drained, 1);
  at.expect_clean_end();
}

TEST(drain, is_over_as_soon_as_nothing_runs) {
  scene at;
  at.call(creation("idle"));
  at.call(command("short", "busy"));
  int drained = 0;
  at.post(registry_drain{minutes{10}, [&] { ++drained; }});
  at.settle();
  EXPECT_TRUE(at.box("idle").closed());
  EXPECT_FALSE(at.box("busy").closed());
  at.box("busy").end("short");
  at.settle();
  EXPECT_EQ(drained, 1);
  at.expect_clean_end();
}

TEST(drain, waits_for_the_last_file) {
  scene at;
  at.launcher.habits.goes = at.launcher.habits.cleans = false;
  at.call(creation("a"));
  at.call(creation("b"));
  at.call(closing("b"));
  int drained = 0;
  at.post(registry_drain{seconds{0}, [&] { ++drained; }});
  at.settle();
  for (auto& box : at.launcher.made)
    box->go();
  at.settle();
  at.launcher.made[0]->clean();
  at.settle();
  EXPECT_EQ(drained, 0);
  at.launcher.made[1]->clean();
  at.settle();
  EXPECT_EQ(drained, 1);
  at.expect_clean_end();
}

TEST(drain, of_sessions_that_are_being_made_waits_for_them) {
  scene at;
  at.launcher.holds = true;
  auto creator = at.call(creation());
  auto exec = at.call(command("ls"));
  int drained = 0;
  at.post(registry_drain{seconds{0}, [&] { ++drained; }});
  at.settle();
  EXPECT_EQ(creator.code(), errc::draining);
  EXPECT_EQ(exec.code(), errc::draining);
  EXPECT_EQ(drained, 0);
  at.launcher.succeed();
  at.settle();
  EXPECT_EQ(drained, 1);
  EXPECT_TRUE(at.box().clean_now());
  at.expect_clean_end();
}

TEST(drain, asked_again_only_gets_shorter) {
  scene at;
  auto exec = at.call(command("running"));
  int drained = 0;
  at.post(registry_drain{seconds{10}, [&] { ++drained; }});
  at.post(registry_drain{minutes{10}, [&] { ++drained; }});
  at.settle();
  at.advance(seconds{9});
  EXPECT_FALSE(exec.answered());
  at.advance(seconds{1});
  EXPECT_EQ(exec.value().reason, "session_closed");
  EXPECT_EQ(drained, 2);
  at.expect_clean_end();
}

TEST(drain, asked_again_with_less_grace_takes_it) {
  scene at;
  auto exec = at.call(command("running"));
  at.post(registry_drain{seconds{10}, nullptr});
  at.post(registry_drain{seconds{1}, nullptr});
  at.settle();
  at.advance(seconds{1});
  EXPECT_EQ(exec.value().reason, "session_closed");
  at.expect_clean_end();
}

TEST(drain, of_an_empty_server_is_over_at_once) {
  scene at;
  int drained = 0;
  at.post(registry_drain{seconds{10}, [&] { ++drained; }});
  at.settle();
  EXPECT_EQ(drained, 1);
}

TEST(drain, a_call_on_its_way_is_refused_and_not_lost) {
  scene at;
  at.call(creation());
  auto exec = at.begin(command("ls"));
  at.step();
  at.post(registry_drain{seconds{10}, [] {}});
  at.settle();
  // It came before: it runs, or it is refused, but it is answered.
  at.box().end("ls");
  at.settle();
  EXPECT_TRUE(exec.answered());
  at.expect_clean_end();
}

} // namespace strata::test
