// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// What callers hear when a sandbox dies, and who comes after it.
namespace strata::test {

TEST(death, answers_the_calls_in_it_and_makes_room_for_a_new_session) {
  scene at;
  const auto uid = at.call(creation()).value().uid;
  auto running = at.call(command("running"));
  auto queued = at.call(command("queued"));
  auto opener = [&] {
    at.box().does.opens = false;
    return at.call(opening("other"));
  }();
  at.box().die("the sandbox's first process was killed");
  at.settle();
  EXPECT_EQ(running.code(), errc::session_lost);
  EXPECT_EQ(running.fact("begun"), "true");
  EXPECT_EQ(running.fact("session_uid"), uid);
  // What waited counted on the shell's state: it is not moved to another session, but it may safely be sent again.
  EXPECT_EQ(queued.code(), errc::session_lost);
  EXPECT_EQ(queued.fact("begun"), "false");
  EXPECT_EQ(queued.fact("retryable"), "true");
  EXPECT_EQ(running.fact("retryable"), "");
  EXPECT_EQ(opener.code(), errc::session_lost);
  auto dead = at.call(asking()).value();
  EXPECT_EQ(dead.state, session_state::closed);
  EXPECT_EQ(dead.closed_reason, "sandbox_lost");
  EXPECT_NE(dead.state_reason.find("first process was killed"), std::string::npos);
  EXPECT_EQ(at.actors(), 0u);

  auto never = command("next");
  never.create = "never";
  EXPECT_EQ(at.call(never).code(), errc::session_not_found);
  auto next = at.call(command("next"));
  at.box().end("next");
  at.settle();
  EXPECT_TRUE(next.value().session_created);
  EXPECT_NE(next.value().session_uid, uid);
  EXPECT_FALSE(at.call(creation()).value().created);
  at.expect_clean_end();
}

TEST(death, of_an_idle_session_is_seen_at_once) {
  scene at;
  at.call(creation());
  at.box().die("killed");
  at.settle();
  EXPECT_EQ(at.call(asking()).value().closed_reason, "sandbox_lost");
  EXPECT_TRUE(at.call(creation()).value().created);
  at.expect_clean_end();
}

TEST(death, a_call_that_came_too_late_goes_to_the_next_session) {
  scene at;
  at.call(creation());
  auto exec = at.begin(command("ls"));
  auto creator = at.begin(creation());
  auto opener = at.begin(opening("a"));
  at.box().die("killed"); // the registry hands them on before it hears of that
  at.settle();
  at.box().end("ls");
  at.settle();
  ASSERT_TRUE(exec.succeeded());
  EXPECT_TRUE(exec.value().session_created || creator.value().created);
  EXPECT_TRUE(creator.succeeded() && opener.succeeded());
  EXPECT_EQ(at.launcher.launched(), 2u);
  at.expect_clean_end();
}

TEST(death, hits_no_other_session) {
  scene at;
  auto other = at.call(command("works", "other"));
  at.call(command("dies", "s"));
  at.box("s").die("killed");
  at.settle();
  EXPECT_TRUE(at.box("other").runs("works"));
  at.expect_clean_end();
}

TEST(death, while_it_is_closed_does_not_change_the_reason) {
  scene at;
  at.launcher.habits.goes = false;
  at.call(creation());
  auto exec = at.call(command("ls"));
  auto closer = at.call(closing());
  at.post(session_changed{std::make_shared<const session_info>(at.call(asking()).value())});
  at.box().go();
  at.settle();
  EXPECT_EQ(exec.value().reason, "session_closed");
  EXPECT_EQ(closer.value().reason, "closed_by_user");
  EXPECT_EQ(at.call(asking()).value().closed_reason, "closed_by_user");
  at.expect_clean_end();
}

TEST(death, a_sandbox_that_says_session_lost_is_lost) {
  for (bool starting : {true, false}) {
    scene at;
    at.launcher.habits.starts = !starting;
    auto exec = at.call(fresh("ls"));
    const error lost{errc::session_lost, "agent sent nonsense"};
    if (starting)
      at.box().start("ls", lost);
    else
      at.box().end("ls", result<command_end>{lost});
    at.settle();
    EXPECT_EQ(exec.code(), errc::session_lost);
    EXPECT_TRUE(at.box().closed());
    at.expect_clean_end();
  }
}

TEST(death, of_a_sessions_actor_frees_its_place_and_closes_its_sandbox) {
  runtime_options options;
  options.max_sessions = 1;
  scene at{options};
  at.launcher.habits.cleans = false;
  const auto uid = at.call(creation()).value().uid;
  auto running = at.call(command("running"));
  auto queued = at.call(command("queued"));
  at.crash(uid);
  EXPECT_EQ(running.code(), errc::session_lost);
  EXPECT_EQ(queued.code(), errc::draining); // nothing of it was begun
  EXPECT_TRUE(at.box().closed());
  auto dead = at.call(asking()).value();
  EXPECT_EQ(dead.closed_reason, "sandbox_lost");
  EXPECT_EQ(dead.state_reason, "its actor ended by an internal error");
  EXPECT_TRUE(at.call(creation()).value().created);
  at.launcher.made[0]->clean();
  at.box().does.cleans = true;
  at.expect_clean_end();
}

TEST(death, of_a_sessions_actor_answers_who_waits_for_its_files) {
  scene at;
  at.launcher.habits.cleans = false;
  const auto uid = at.call(creation()).value().uid;
  at.call(closing());
  auto request = closing();
  request.session = by_uid(uid);
  request.wait_files = true;
  auto waiting = at.call(request);
  EXPECT_FALSE(waiting.answered());
  at.crash(uid);
  EXPECT_EQ(waiting.code(), errc::internal);
  EXPECT_EQ(at.call(asking()).value().closed_reason, "closed_by_user");
  at.launcher.made[0]->clean();
  at.expect_clean_end();
}

TEST(death, a_session_whose_processes_never_end_lets_its_callers_go) {
  runtime_options options;
  scene at{options};
  at.call(creation());
  at.box().does.goes = false;
  auto exec = at.call(command("hangs in the kernel"));
  auto closer = at.call(closing());
  auto second = at.call(closing());
  at.advance(options.kill_patience - milliseconds{1});
  EXPECT_FALSE(exec.answered() || closer.answered());
  at.advance(milliseconds{1});
  EXPECT_EQ(exec.value().reason, "session_closed");
  EXPECT_EQ(closer.code(), errc::internal);
  EXPECT_EQ(second.code(), errc::internal);
  EXPECT_EQ(at.call(asking()).value().state, session_state::closing); // and its place is taken
  at.box().go();
  at.settle();
  EXPECT_EQ(at.call(asking()).value().state, session_state::closed);
  at.expect_clean_end();
}

} // namespace strata::test
