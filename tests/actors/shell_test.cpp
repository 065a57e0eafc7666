// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// Named shells: made, listed, closed, while idle and while busy.
namespace strata::test {

namespace {

exec_request in(const std::string& shell, const std::string& text) {
  auto request = command(text);
  request.shell = shell;
  return request;
}

std::vector<std::string> names(scene& at) {
  std::vector<std::string> found;
  for (const auto& shell : at.call(shell_listing()).value().items)
    found.push_back(shell.name);
  return found;
}

} // namespace

TEST(shells, are_opened_as_asked_and_found_again) {
  scene at;
  auto request = opening("build");
  request.env = {{"A", "own"}};
  request.cwd = "/src";
  request.user = "bob";
  request.startup = {"/etc/env.sh"};
  auto session = creation();
  session.env = {{"A", "session"}, {"B", "session"}};
  at.call(session);
  auto made = at.call(request);
  ASSERT_TRUE(made.succeeded());
  EXPECT_TRUE(made.value().created);
  EXPECT_EQ(made.value().pid, 7);
  EXPECT_EQ(made.value().user, "bob");
  EXPECT_EQ(made.value().cwd, "/src");
  const auto& asked = at.box().opened.at(0);
  EXPECT_EQ(asked.env, (string_map{{"A", "own"}, {"B", "session"}}));
  EXPECT_EQ(asked.startup, request.startup);

  auto again = at.call(opening("build"));
  EXPECT_FALSE(again.value().created);
  EXPECT_EQ(again.value().user, "bob");
  EXPECT_EQ(at.box().opened.size(), 1u);
  at.expect_clean_end();
}

TEST(shells, tell_who_holds_them_and_how_many_wait) {
  scene at;
  auto first = at.call(in("a", "one"));
  at.call(in("a", "two"));
  at.call(in("b", "three"));
  auto list = at.call(shell_listing()).value();
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].holder, at.box().ran.at(0).id);
  EXPECT_EQ(list.items[0].queued, 1);
  at.box().end("three", exited(0, "", "/tmp"));
  at.settle();
  list = at.call(shell_listing()).value();
  EXPECT_EQ(list.items[1].holder, "");
  EXPECT_EQ(list.items[1].cwd, "/tmp");
  at.expect_clean_end();
}

TEST(shells, that_are_unknown_are_not_found) {
  scene at;
  at.call(creation());
  EXPECT_EQ(at.call(shell_closing("no")).code(), errc::shell_not_found);
  EXPECT_EQ(at.call(shell_closing("session")).code(), errc::shell_not_found); // not used yet
  EXPECT_EQ(at.call(opening("fresh")).code(), errc::invalid_argument);
  EXPECT_TRUE(names(at).empty());
  at.expect_clean_end();
}

TEST(shells, are_limited) {
  runtime_options options;
  options.max_shells = 2;
  scene at{options};
  at.call(in("a", "1"));
  at.call(opening("b"));
  EXPECT_EQ(at.call(opening("c")).code(), errc::overloaded);
  EXPECT_EQ(at.call(in("c", "2")).code(), errc::overloaded);
  EXPECT_FALSE(at.call(fresh("3")).answered());
  EXPECT_TRUE(at.call(shell_closing("b")).succeeded());
  EXPECT_TRUE(at.call(opening("c")).succeeded());
  at.expect_clean_end();
}

TEST(shells, are_forgotten_when_closed_and_made_anew) {
  scene at;
  auto request = opening("a");
  request.user = "bob";
  request.cwd = "/src";
  at.call(request);
  EXPECT_TRUE(at.call(shell_closing("a")).succeeded());
  EXPECT_TRUE(names(at).empty());
  EXPECT_EQ(at.call(shell_closing("a")).code(), errc::shell_not_found);
  at.call(in("a", "id"));
  EXPECT_EQ(at.box().opened.at(1).user, "");
  EXPECT_EQ(at.box().opened.at(1).cwd, "");
  at.expect_clean_end();
}

TEST(shells, closing_a_busy_one_ends_its_command_and_refuses_who_waits) {
  scene at;
  auto running = at.call(in("a", "running"));
  auto waiting = at.call(in("a", "waiting"));
  EXPECT_TRUE(at.call(shell_closing("a")).succeeded());
  EXPECT_EQ(running.value().reason, "killed_by_user");
  EXPECT_EQ(waiting.code(), errc::shell_lost);
  EXPECT_EQ(at.box().ran.size(), 1u);
  EXPECT_TRUE(names(at).empty());
  at.expect_clean_end();
}

TEST(shells, a_command_that_does_not_end_with_its_shell_is_not_waited_for_for_ever) {
  runtime_options options;
  scene at{options};
  at.call(creation());
  at.box().does.closes_shells = false;
  auto running = at.call(in("a", "running"));
  auto closer = at.call(shell_closing("a"));
  at.advance(options.kill_patience);
  EXPECT_EQ(running.code(), errc::session_lost);
  EXPECT_TRUE(closer.answered());
  at.expect_clean_end();
}

TEST(shells, one_that_is_asked_for_while_it_closes_is_a_new_one) {
  scene at;
  at.call(opening("a"));
  at.box().does.closes_shells = false;
  auto closer = at.call(shell_closing("a"));
  EXPECT_TRUE(names(at).empty());
  auto request = opening("a");
  request.user = "bob";
  auto opener = at.call(request);
  auto second = at.call(opening("a"));
  auto exec = at.call(in("a", "ls"));
  EXPECT_FALSE(closer.answered() || opener.answered() || second.answered());
  at.box().answer_closing();
  at.settle();
  EXPECT_TRUE(closer.succeeded());
  EXPECT_TRUE(opener.value().created);
  EXPECT_FALSE(second.value().created);
  EXPECT_EQ(at.box().opened.at(1).user, "bob");
  EXPECT_TRUE(at.box().runs("ls"));
  at.expect_clean_end();
}

TEST(shells, the_end_of_a_command_in_a_closed_one_does_not_touch_the_new_one) {
  scene at;
  at.call(in("a", "old"));
  // The sandbox tells the shell's end before the command's.
  at.box().does.closes_shells = false;
  at.call(shell_closing("a"));
  auto opener = at.call(opening("a"));
  auto told = std::move(at.box().closings.front().answer);
  at.box().closings.clear();
  told(true);
  at.settle();
  EXPECT_TRUE(opener.value().created);
  auto end = exited(0, "", "/old");
  end.shell_ended = true;
  at.box().end("old", end);
  at.settle();
  EXPECT_EQ(at.call(shell_listing()).value().items.at(0).cwd, "");
  at.call(in("a", "new"));
  EXPECT_TRUE(at.box().runs("new"));
  EXPECT_EQ(at.box().opened.size(), 2u); // it is the one that was opened
  at.expect_clean_end();
}

TEST(shells, one_that_cannot_be_opened_tells_why_and_leaves_no_trace) {
  scene at;
  at.launcher.habits.opens = false;
  auto request = opening("a");
  request.user = "nobody here";
  auto opener = at.call(request);
  auto exec = at.call(in("a", "first"));
  at.box().answer_opening(error{errc::user_not_found, "no such user"});
  at.settle();
  EXPECT_EQ(opener.code(), errc::user_not_found);
  EXPECT_EQ(exec.code(), errc::user_not_found);
  EXPECT_TRUE(names(at).empty());
  at.call(in("a", "second"));
  EXPECT_EQ(at.box().opened.at(1).user, "");
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(at.box().runs("second"));
  at.expect_clean_end();
}

TEST(shells, who_waits_behind_one_that_could_not_open_tries_for_himself) {
  scene at;
  at.launcher.habits.opens = false;
  auto first = at.call(in("a", "first"));
  at.call(in("a", "second"));
  at.box().answer_opening(error{errc::internal, "out of processes"});
  at.settle();
  EXPECT_EQ(first.code(), errc::internal);
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(at.box().runs("second"));
  at.expect_clean_end();
}

TEST(shells, a_startup_file_that_waits_for_ever_does_not) {
  runtime_options options;
  scene at{options};
  at.launcher.habits.opens = false;
  auto request = opening("a");
  request.startup = {"/dev/stdin"};
  auto opener = at.call(request);
  auto exec = at.call(in("a", "first"));
  at.advance(options.start_patience);
  EXPECT_EQ(opener.code(), errc::shell_lost);
  EXPECT_EQ(exec.code(), errc::shell_lost);
  EXPECT_TRUE(at.box().alive()); // only the shell is given up
  EXPECT_TRUE(at.box().openings.empty());
  EXPECT_TRUE(names(at).empty());
  at.box().does.opens = true;
  EXPECT_TRUE(at.call(opening("a")).value().created);
  EXPECT_TRUE(at.box().opened.back().startup.empty());
  at.expect_clean_end();
}

TEST(shells, openers_wait_for_the_session_and_for_the_shell) {
  scene at;
  at.launcher.holds = true;
  at.launcher.habits.opens = false;
  auto first = at.call(opening("a"));
  auto second = at.call(opening("a"));
  at.launcher.succeed();
  at.settle();
  EXPECT_EQ(at.box().openings.size(), 1u);
  at.box().answer_opening(9);
  at.settle();
  EXPECT_TRUE(first.value().created);
  EXPECT_FALSE(second.value().created);
  EXPECT_EQ(second.value().pid, 9);
  at.expect_clean_end();
}

} // namespace strata::test
