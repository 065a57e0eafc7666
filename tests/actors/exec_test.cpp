// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

#include <csignal>

/// Commands in a session: their order, their answers, their ends.
namespace strata::test {

TEST(exec, answers_what_the_command_did) {
  scene at;
  at.call(creation());
  auto request = command("make");
  request.cwd = "/src";
  request.env = {{"CC", "gcc"}};
  request.stdin_data = "y\n";
  request.merge = true;
  request.max_output_bytes = 100;
  auto exec = at.call(request);
  const auto& asked = at.box().ran.at(0);
  EXPECT_EQ(asked.shell, "session");
  EXPECT_EQ(asked.command, "make");
  EXPECT_EQ(asked.cwd, "/src");
  EXPECT_EQ(asked.env, request.env);
  EXPECT_EQ(asked.stdin_data, "y\n");
  EXPECT_TRUE(asked.merge);
  EXPECT_EQ(asked.max_output_bytes, 100u);
  EXPECT_EQ(at.call(asking()).value().counts.at("running"), "1");

  at.advance(milliseconds{320});
  auto end = exited(2, std::string{"a\0\xff", 3}, "/src");
  end.output.err = {"cut", 4096, 1};
  end.left_running = 3;
  at.box().end("make", end);
  at.settle();
  const auto& answer = exec.value();
  EXPECT_EQ(answer.id, "p1-" + at.box().made_for.uid.substr(16));
  EXPECT_EQ(answer.state, process_state::ended);
  EXPECT_EQ(answer.reason, "exited");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_EQ(answer.signal, std::nullopt);
  EXPECT_FALSE(answer.timed_out);
  EXPECT_EQ(answer.elapsed_ms, 320);
  EXPECT_EQ(answer.stdout_output.data, (std::string{"a\0\xff", 3}));
  EXPECT_EQ(answer.stderr_output.gap_at, 1);
  EXPECT_TRUE(answer.truncated);
  EXPECT_EQ(answer.next, 4099);
  EXPECT_EQ(answer.left_running, 3);
  EXPECT_EQ(answer.cwd, "/src");
  EXPECT_EQ(answer.shell, "session");
  EXPECT_FALSE(answer.shell_restarted);
  EXPECT_EQ(at.call(get_session_stats{{key(), {}}}).value().output_bytes, 6); // what its journal got
  at.expect_clean_end();
}

TEST(exec, runs_the_calls_of_a_shell_one_by_one_in_their_order) {
  scene at;
  std::vector<outcome<exec_response>> execs;
  for (int i = 0; i < 5; ++i)
    execs.push_back(at.call(command(std::to_string(i))));
  EXPECT_EQ(at.call(asking()).value().counts.at("queued"), "4");
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(at.box().commands.size(), 1u);
    EXPECT_TRUE(at.box().runs(std::to_string(i)));
    at.box().end(std::to_string(i));
    at.settle();
    EXPECT_TRUE(execs[i].succeeded());
    EXPECT_EQ(i == 4, execs[4].answered());
  }
  at.expect_clean_end();
}

TEST(exec, other_shells_and_fresh_commands_do_not_wait) {
  scene at;
  at.call(command("long"));
  auto other = command("other");
  other.shell = "two";
  at.call(other);
  at.call(fresh("a"));
  at.call(fresh("b"));
  for (auto text : {"long", "other", "a", "b"})
    EXPECT_TRUE(at.box().runs(text)) << text;
  EXPECT_EQ(at.box().ran.at(2).shell, ""); // none
  at.expect_clean_end();
}

TEST(exec, tells_a_signal_as_a_signal) {
  scene at;
  auto exec = at.call(fresh("crash"));
  command_end end;
  end.how = command_end::cause::signalled;
  end.signal = SIGSEGV;
  at.box().end("crash", end);
  at.settle();
  EXPECT_EQ(exec.value().reason, "signalled");
  EXPECT_EQ(exec.value().signal, SIGSEGV);
  EXPECT_EQ(exec.value().exit_code, std::nullopt);
  at.expect_clean_end();
}

TEST(exec, one_that_cannot_start_is_an_error_and_frees_the_shell) {
  scene at;
  at.launcher.habits.starts = false;
  auto exec = at.call(command("first"));
  auto next = at.call(command("second"));
  at.box().start("first", error{errc::cwd_not_found, "change to /no: no such file or directory"});
  at.settle();
  EXPECT_EQ(exec.code(), errc::cwd_not_found);
  EXPECT_NE(at.box().find("second"), nullptr);
  EXPECT_FALSE(next.answered());
  at.expect_clean_end();
}

TEST(exec, a_shell_that_ended_before_the_command_is_opened_again_and_tells_so) {
  scene at;
  auto first = at.call(command("cd /src"));
  at.box().end("cd /src", exited(0, "", "/src"));
  at.settle();
  at.box().does.starts = false;
  auto exec = at.call(command("make"));
  at.box().start("make", error{errc::shell_not_found, "shell session has ended"});
  at.settle();
  EXPECT_EQ(at.box().opened.size(), 2u);
  EXPECT_EQ(at.box().opened.at(1).cwd, "/src");
  at.box().start("make", 8);
  at.box().end("make");
  at.settle();
  EXPECT_TRUE(exec.value().shell_restarted);
  EXPECT_EQ(exec.value().exit_code, 0);
  at.expect_clean_end();
}

TEST(exec, a_shell_that_ends_before_every_command_is_lost_and_not_tried_for_ever) {
  scene at;
  at.launcher.habits.starts = false;
  auto exec = at.call(command("make"));
  for (int i = 0; i < 2; ++i) {
    at.box().start("make", error{errc::shell_not_found, "shell session has ended"});
    at.settle();
  }
  EXPECT_EQ(exec.code(), errc::shell_lost);
  EXPECT_EQ(at.box().ran.size(), 2u);
  at.expect_clean_end();
}

TEST(exec, exit_ends_the_shell_and_the_next_command_gets_a_new_one_in_the_same_directory) {
  scene at;
  auto exec = at.call(command("cd /src; exit 3"));
  auto end = exited(3, "", "/src");
  end.shell_ended = true;
  at.box().end("cd /src; exit 3", end);
  at.settle();
  EXPECT_EQ(exec.value().exit_code, 3);
  EXPECT_TRUE(exec.value().shell_restarted);
  at.call(command("pwd"));
  EXPECT_EQ(at.box().opened.at(1).cwd, "/src");
  at.expect_clean_end();
}

TEST(exec, begins_where_the_shell_once_began_when_the_directory_is_gone) {
  scene at;
  at.call(command("exit"));
  auto end = exited(0, "", "/gone");
  end.shell_ended = true;
  at.box().end("exit", end);
  at.settle();
  at.box().does.opens = false;
  auto exec = at.call(command("pwd"));
  EXPECT_EQ(at.box().openings.front().spec.cwd, "/gone");
  at.box().answer_opening(error{errc::cwd_not_found, "change to /gone: no such file or directory"});
  at.settle();
  ASSERT_EQ(at.box().openings.size(), 1u);
  EXPECT_EQ(at.box().openings.front().spec.cwd, "");
  at.box().answer_opening(8);
  at.settle();
  at.box().end("pwd");
  at.settle();
  EXPECT_TRUE(exec.succeeded());
  at.expect_clean_end();
}

TEST(exec, a_command_that_was_never_begun_is_shell_lost_and_the_shell_is_replaced) {
  scene at;
  auto exec = at.call(command("set -n"));
  at.call(command("next"));
  command_end end;
  end.how = command_end::cause::shell_lost;
  at.box().end("set -n", end);
  at.settle();
  EXPECT_EQ(exec.code(), errc::shell_lost);
  EXPECT_TRUE(at.box().runs("next"));
  EXPECT_EQ(at.box().opened.size(), 2u);
  at.expect_clean_end();
}

TEST(exec, limits_what_waits_and_what_runs) {
  runtime_options options;
  options.max_queued_calls = 3;
  options.max_fresh_execs = 2;
  scene at{options};
  at.call(command("runs"));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(at.call(command("waits")).answered());
  auto refused = at.call(command("more"));
  EXPECT_EQ(refused.code(), errc::overloaded);
  EXPECT_EQ(refused.fact("retry_after"), "1");
  at.box().end("runs");
  at.settle();
  EXPECT_FALSE(at.call(fresh("a")).answered());
  EXPECT_FALSE(at.call(fresh("b")).answered());
  EXPECT_EQ(at.call(fresh("c")).code(), errc::overloaded);
  at.box().end("a");
  at.settle();
  EXPECT_FALSE(at.call(fresh("d")).answered());
  at.expect_clean_end();
}

TEST(exec, is_refused_for_a_uid_that_is_not_or_not_any_more) {
  scene at;
  const auto uid = at.call(creation()).value().uid;
  auto request = command("true");
  request.session = by_uid(uid);
  at.call(request);
  EXPECT_TRUE(at.box().runs("true"));
  request = command("again");
  request.session.expect_uid = uid;
  EXPECT_FALSE(at.call(request).answered());
  request.session.key = key("other");
  EXPECT_EQ(at.call(request).code(), errc::session_not_found);
  request.session.expect_uid = "abcdefghijklmnopqrst";
  EXPECT_EQ(at.call(request).code(), errc::session_not_found);

  at.call(closing());
  request = command("true");
  for (auto ref : {by_uid(uid), session_ref{key(), uid}}) {
    request.session = ref;
    EXPECT_EQ(at.call(request).code(), errc::session_not_found);
  }
  EXPECT_EQ(at.launcher.launched(), 1u); // no new one in place of the one that was meant
  at.expect_clean_end();
}

TEST(exec, that_could_not_enter_its_directory_is_an_error_and_the_shell_lives) {
  scene at;
  at.call(creation());
  auto request = command("pwd");
  request.cwd = "/root";
  auto exec = at.call(request);
  command_end end;
  end.how = command_end::cause::cwd_refused;
  end.cwd = "/srv";
  at.box().end("pwd", end);
  at.settle();
  EXPECT_EQ(exec.code(), errc::cwd_not_found);
  EXPECT_EQ(exec.failure().message, "change to /root: the shell's user cannot enter it");
  request.command = "env";
  request.cwd.clear();
  request.env = {{"A", "1"}, {"B", "2"}};
  exec = at.call(request);
  end.how = command_end::cause::env_refused;
  end.refused_variable = 1;
  at.box().end("env", end);
  at.settle();
  EXPECT_EQ(exec.code(), errc::invalid_argument);
  EXPECT_EQ(exec.failure().message, "set env B: it is readonly in shell session");
  auto next = at.call(command("true"));
  EXPECT_EQ(at.box().opened.size(), 1u);
  at.box().end("true", 0);
  at.settle();
  EXPECT_EQ(next.value().exit_code, 0);
  at.expect_clean_end();
}

} // namespace strata::test
