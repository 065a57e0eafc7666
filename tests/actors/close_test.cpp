// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// Closing by request: what is answered when, and to whom.
namespace strata::test {

TEST(close, ends_running_commands_and_keeps_its_reason) {
  scene at;
  const auto uid = at.call(creation()).value().uid;
  auto running = at.call(command("running"));
  auto queued = at.call(command("queued"));
  auto request = closing();
  request.reason = "task done";
  auto closer = at.call(request);
  EXPECT_EQ(closer.value().reason, "task done");
  EXPECT_EQ(running.value().reason, "session_closed");
  EXPECT_EQ(running.value().exit_code, std::nullopt);
  EXPECT_EQ(queued.code(), errc::session_lost); // nothing of it ran, so it is no end of a command
  EXPECT_EQ(queued.fact("begun"), "false");
  EXPECT_EQ(queued.fact("retryable"), "true");
  EXPECT_EQ(at.box().ran.size(), 1u);
  auto ended = at.call(asking()).value();
  EXPECT_EQ(ended.uid, uid);
  EXPECT_EQ(ended.state, session_state::closed);
  EXPECT_EQ(ended.closed_reason, "task done");
  at.expect_clean_end();
}

TEST(close, of_a_missing_session_and_of_an_ended_one_by_its_key_is_not_found) {
  scene at;
  EXPECT_EQ(at.call(closing()).code(), errc::session_not_found);
  at.call(creation());
  at.call(closing());
  auto again = at.call(closing());
  EXPECT_EQ(again.code(), errc::session_not_found);
  EXPECT_EQ(again.failure().message, "session not found");
  at.expect_clean_end();
}

TEST(close, of_an_ended_one_by_its_uid_tells_the_first_reason) {
  scene at;
  const auto uid = at.call(creation()).value().uid;
  at.call(closing());
  at.call(creation()); // the key has a new owner
  for (auto ref : {by_uid(uid), session_ref{key(), uid}}) {
    auto request = closing();
    request.session = ref;
    request.reason = "second";
    EXPECT_EQ(at.call(request).value().reason, "closed_by_user");
  }
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
  auto mismatch = closing("other");
  mismatch.session.expect_uid = uid;
  EXPECT_EQ(at.call(mismatch).code(), errc::session_not_found);
  at.expect_clean_end();
}

TEST(close, several_at_once_hear_the_first_reason) {
  scene at;
  at.launcher.habits.goes = false;
  at.call(creation());
  auto first = at.call(closing());
  auto request = closing();
  request.reason = "second";
  auto second = at.call(request);
  EXPECT_FALSE(first.answered() || second.answered());
  at.box().go();
  at.settle();
  EXPECT_EQ(first.value().reason, "closed_by_user");
  EXPECT_EQ(second.value().reason, "closed_by_user");
  at.expect_clean_end();
}

TEST(close, waits_for_the_files_when_asked) {
  scene at;
  at.launcher.habits.goes = at.launcher.habits.cleans = false;
  const auto uid = at.call(creation()).value().uid;
  auto request = closing();
  auto plain = at.call(request);
  request.wait_files = true;
  auto thorough = at.call(request);
  at.box().go();
  at.settle();
  EXPECT_TRUE(plain.succeeded());
  EXPECT_FALSE(thorough.answered());
  request.session = by_uid(uid);
  auto late = at.call(request);
  request.wait_files = false;
  EXPECT_TRUE(at.call(request).succeeded());
  EXPECT_FALSE(late.answered());
  at.advance(minutes{11}); // longer than it stays listed
  at.box().clean();
  at.settle();
  EXPECT_EQ(thorough.value().reason, "closed_by_user");
  EXPECT_TRUE(late.succeeded());
  EXPECT_EQ(at.actors(), 0u);
  at.expect_clean_end();
}

TEST(close, frees_the_key_at_once) {
  scene at;
  at.launcher.habits.goes = false;
  const auto uid = at.call(creation()).value().uid;
  at.call(closing());
  auto exec = at.call(command("true"));
  EXPECT_EQ(at.launcher.launched(), 2u);
  at.box().end("true");
  at.settle();
  EXPECT_TRUE(exec.value().session_created);
  EXPECT_NE(exec.value().session_uid, uid);
  // By key the live one is meant.
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
  for (auto& box : at.launcher.made) {
    box->does.goes = true;
    box->go();
  }
  at.expect_clean_end();
}

TEST(close, the_first_cause_of_a_commands_end_stands) {
  scene at;
  at.launcher.habits.kills = false;
  auto request = command("slow to die");
  request.timeout_ms = 1000;
  auto exec = at.call(request);
  at.advance(seconds{1});
  at.call(closing());
  EXPECT_EQ(exec.value().reason, "timed_out");
  at.expect_clean_end();
}

TEST(close, refuses_a_bad_reason) {
  scene at;
  at.call(creation());
  auto request = closing();
  request.reason = "";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request.reason = "two\nlines";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request.reason = std::string(129, 'x');
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  at.expect_clean_end();
}

} // namespace strata::test
