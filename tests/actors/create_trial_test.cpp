// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// A session with a user or a directory of its own is made only when its shells can have them.
namespace strata::test {

namespace {

create_session of_bob() {
  auto request = creation();
  request.user = "bob";
  request.cwd = "/srv";
  return request;
}

/// A scene in which shells open when the test says so.
class trial : public testing::Test {
protected:
  trial() { at.launcher.habits.opens = false; }
  void TearDown() override { at.expect_clean_end(); }
  scene at;
};

} // namespace

TEST_F(trial, is_not_made_of_a_plain_session) {
  EXPECT_TRUE(at.call(creation()).succeeded());
  EXPECT_TRUE(at.box().opened.empty());
}

TEST_F(trial, is_the_first_shell_itself) {
  auto creator = at.call(of_bob());
  EXPECT_FALSE(creator.answered());
  EXPECT_EQ(at.call(asking()).value().state, session_state::creating);
  ASSERT_EQ(at.box().opened.size(), 1u);
  EXPECT_EQ(at.box().opened[0].user, "bob");
  EXPECT_EQ(at.box().opened[0].cwd, "/srv");
  auto exec = at.call(command("true"));
  EXPECT_TRUE(at.box().ran.empty());
  at.box().answer_opening(7);
  at.settle();
  EXPECT_EQ(creator.value().state, session_state::ready);
  EXPECT_TRUE(creator.value().created);
  EXPECT_TRUE(at.box().runs("true"));
  EXPECT_EQ(at.box().opened.size(), 1u);
}

TEST_F(trial, that_fails_tells_everybody_why_and_frees_the_key) {
  auto creator = at.call(of_bob());
  auto second = at.call(creation());
  auto exec = at.call(command("true"));
  auto opener = at.call(opening("session"));
  at.box().answer_opening(error{errc::user_not_found, "start shell session"});
  at.settle();
  EXPECT_EQ(creator.code(), errc::user_not_found);
  EXPECT_EQ(creator.failure().message, "start shell session (user \"bob\")");
  EXPECT_EQ(second.code(), errc::user_not_found);
  EXPECT_EQ(exec.code(), errc::user_not_found);
  EXPECT_EQ(opener.code(), errc::user_not_found);
  auto failed = at.call(asking()).value();
  EXPECT_EQ(failed.state, session_state::failed);
  EXPECT_EQ(failed.closed_reason, "launch_failed");
  EXPECT_EQ(failed.state_reason, "start shell session (user \"bob\")");
  EXPECT_EQ(at.actors(), 0u);
  EXPECT_TRUE(at.call(creation()).value().created);
}

TEST_F(trial, shows_no_shell_that_could_be_closed) {
  auto creator = at.call(of_bob());
  EXPECT_TRUE(at.call(shell_listing()).value().items.empty());
  EXPECT_EQ(at.call(shell_closing("session")).code(), errc::shell_not_found);
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(creator.succeeded());
}

TEST_F(trial, that_takes_too_long_is_given_up) {
  auto creator = at.call(of_bob());
  at.advance(at.options.start_patience);
  EXPECT_EQ(creator.code(), errc::shell_lost);
  EXPECT_EQ(at.call(asking()).value().closed_reason, "launch_failed");
  EXPECT_TRUE(at.launcher.made.front()->closed());
}

TEST_F(trial, during_which_the_session_ends_is_over) {
  auto closed = at.call(of_bob());
  at.call(closing());
  EXPECT_EQ(closed.code(), errc::session_lost);
  auto lost = at.call(of_bob());
  at.box().die("killed");
  at.settle();
  EXPECT_EQ(lost.code(), errc::session_lost);
  EXPECT_EQ(at.actors(), 0u);
}

} // namespace strata::test
