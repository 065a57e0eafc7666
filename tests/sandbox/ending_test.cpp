// SPDX-License-Identifier: MIT
// How a sandbox ends, by whatever hand.
#include "tests/sandbox/live_sandbox.hpp"

#include <csignal>

namespace strata::test {

TEST(sandbox_end, of_a_killed_agent_is_told_to_every_call_and_once) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  auto in_shell = box.start(box.spec("sleep 300"));
  auto fresh = box.start(box.spec("sleep 300", ""));
  ASSERT_TRUE(wait_for(in_shell.started));
  ASSERT_TRUE(wait_for(fresh.started));
  ASSERT_EQ(0, ::kill(box.agent_pid(), SIGKILL));
  for (auto* call : {&in_shell, &fresh}) {
    auto end = wait_for(call->ended);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, errc::session_lost);
  }
  EXPECT_NE(box.cause_of_death(), "");
  EXPECT_EQ(box.run("true").refused->code, errc::session_lost);
  EXPECT_EQ(box.run(box.spec("true", "")).refused->code, errc::session_lost);
  EXPECT_EQ(box.usage().error().code, errc::session_lost);
  box.close();
  EXPECT_EQ(box.deaths(), 1);
}

TEST(sandbox_end, of_bwraps_monitor_changes_nothing) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  EXPECT_EQ(box.run("a=1").end.exit_code, 0);
  ASSERT_EQ(0, ::kill(box.monitor_pid(), SIGKILL));
  EXPECT_EQ(box.run("echo $a").end.output.out.data, "1\n");
  EXPECT_EQ(box.run(box.spec("echo fresh", "")).end.output.out.data, "fresh\n");
  box.close();
  EXPECT_EQ(box.deaths(), 0);
}

TEST(sandbox_end, by_close_kills_all_and_then_is_told) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  EXPECT_EQ(box.run("(setsid sh -c 'trap \"\" TERM; while :; do sleep 300; done' &) ; sleep 300 &").end.exit_code, 0);
  auto call = box.start(box.spec("sleep 300"));
  ASSERT_TRUE(wait_for(call.started));
  box.close();
  EXPECT_EQ("", processes_left());
  EXPECT_EQ(wait_for(call.ended)->how, command_end::cause::killed);
  EXPECT_EQ(box.deaths(), 0);
  box.close(); // again
}

TEST(sandbox_end, by_the_payload_itself_is_impossible) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  for (const char* attempt :
       {"kill -9 1", "kill -9 -1", "rm -rf /run /tmp/* /dev/* /etc 2>/dev/null", "chmod 000 /",
        "mount -t tmpfs t /run 2>/dev/null", "umount /run/strata 2>/dev/null", "umount -l /proc 2>/dev/null",
        "for f in /run/strata/*/* /run/strata/*/*/*; do [[ -p $f ]] && : >|$f; done", "mkfifo /etc/passwd /etc/group 2>/dev/null",
        "cd /; mkdir -p x && cd x && rmdir ../x", "ln -sfn /nowhere /tmp", "mv /bin /nobin 2>/dev/null", "ulimit -n 3",
        // With a single id the kernel lets a payload spoil its own session in this way.
        box.single_id() ? "true" : "prlimit --pid 1 --nofile=3:3 2>/dev/null", "renice 19 1 2>/dev/null",
        "exec 3<>/dev/ptmx 2>/dev/null"}) {
    auto tried = box.run(std::string{attempt} + "; (exit 7)");
    if (!tried.refused && !tried.end.shell_ended) {
      EXPECT_EQ(tried.end.exit_code, 7) << attempt;
    }
    if (tried.refused || tried.end.shell_ended) {
      ASSERT_FALSE(box.open_shell()) << attempt;
    }
    auto next = box.run("printf alive; (exit 4)");
    ASSERT_FALSE(next.refused) << attempt << ": " << next.refused->message;
    EXPECT_EQ(next.end.output.out.data, "alive") << attempt;
    EXPECT_EQ(next.end.exit_code, 4) << attempt;
  }
  EXPECT_EQ(box.deaths(), 0);
}

} // namespace strata::test
