// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <ostream>

/// What people type, and what they type to break it. Each is followed by a probe that must answer exactly, in the same
/// shell where that lives, else in one opened anew.
namespace strata::test {

namespace {

using wire::shell_outcome;

struct payload {
  const char* name;
  std::string command;
  shell_outcome outcome = shell_outcome::status;
  int value = 0;
  /// The next command in the same shell may find that shell unusable (`lost`), but not a wrong answer.
  bool next_may_be_lost = false;
  /// A change of directory is refused from then on, with status 1: the command must not run elsewhere.
  bool cd_fails = false;
};

void PrintTo(const payload& one, std::ostream* out) {
  *out << one.name;
}

const payload all_payloads[] = {
  {"function_eval", "eval() { return 0; }; function_done=1; (exit 5)", shell_outcome::status, 5},
  {"function_echo", "echo() { printf no; }; (exit 4)", shell_outcome::status, 4},
  {"function_builtin", "builtin() { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_source", "source() { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_dot", "function . { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_cd", "cd() { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_unset", "unset() { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_command", "command() { return 0; }; (exit 4)", shell_outcome::status, 4},
  {"function_return", "return() { echo no; }; (exit 4)", shell_outcome::status, 4},
  {"readonly_function_builtin", "builtin() { :; }; readonly -f builtin; (exit 4)", shell_outcome::status, 4, false, true},
  {"no_builtin_builtin", "enable -n builtin; (exit 4)", shell_outcome::status, 4, false, true},
  {"aliases", "shopt -s expand_aliases\nalias eval=: builtin=: source=: .=: cd=: unset=: command=: echo='echo no' case=: POSIXLY_CORRECT=:\n(exit 6)",
   shell_outcome::status, 6, true},
  {"alias_of_brace", "shopt -s expand_aliases\nalias {=:\n(exit 6)", shell_outcome::status, 6, true},
  {"heredoc", "cat <<E >/dev/null\n`echo x`\nE\n(exit 3)", shell_outcome::status, 3},
  {"heredoc_open", "cat <<'E' >/dev/null\nno end", shell_outcome::status, 0},
  {"quote_open", "echo 'abc", shell_outcome::status, 2},
  {"double_quote_open", "echo \"abc", shell_outcome::status, 2},
  {"bracket_open", "( echo abc", shell_outcome::status, 2},
  {"brace_closed", "}", shell_outcome::status, 2},
  {"if_open", "if true; then", shell_outcome::status, 2},
  {"done_alone", "done", shell_outcome::status, 2},
  {"syntax_error_after_work", "x=1\n;;\n", shell_outcome::status, 2},
  {"trailing_backslash", "(exit 7) \\", shell_outcome::status, 7},
  {"trailing_ampersand", "sleep 0 &", shell_outcome::status, 0},
  {"trailing_comment", "(exit 8) # it's a comment \\", shell_outcome::status, 8},
  {"trailing_pipe", "true |", shell_outcome::status, 2},
  {"empty", "", shell_outcome::status, 0},
  {"blank_lines", "\n\n\t\n", shell_outcome::status, 0},
  {"control_characters", "echo $'\\x01\\x02' \x01 >/dev/null; (exit 2)", shell_outcome::status, 2},
  {"nul_bytes", std::string("(exit 9)\0 # x", 13), shell_outcome::status, 9},
  {"removed_cwd", "mkdir -p /tmp/gone && cd /tmp/gone && rmdir /tmp/gone; (exit 2)", shell_outcome::status, 2},
  {"set_e", "set -e; true", shell_outcome::status, 0},
  {"set_e_fails", "set -e; (exit 3)", shell_outcome::bash_exited, 3},
  {"set_u", "set -u; (exit 2)", shell_outcome::status, 2},
  {"set_u_fails", "set -u; echo $nothing_of_that_name", shell_outcome::bash_exited, 1},
  {"set_x", "set -x; (exit 2)", shell_outcome::status, 2},
  {"set_v", "set -v; (exit 2)", shell_outcome::status, 2, true},
  {"set_f", "set -f; (exit 2)", shell_outcome::status, 2},
  {"set_n", "set -n\necho never", shell_outcome::bash_killed, SIGKILL},
  {"set_C", "set -C; (exit 2)", shell_outcome::status, 2},
  {"set_posix", "set -o posix; (exit 2)", shell_outcome::status, 2},
  {"set_r", "set -r; (exit 2)", shell_outcome::bash_killed, SIGKILL},
  {"debug_trap", "trap 'echo debug >/dev/null' DEBUG; (exit 2)", shell_outcome::status, 2},
  {"functrace", "set -T; trap 'true' DEBUG; trap 'true' RETURN; (exit 2)", shell_outcome::status, 2},
  {"err_trap", "trap 'exit 9' ERR; true", shell_outcome::status, 0},
  {"err_trap_fires", "trap 'exit 9' ERR; (exit 4)", shell_outcome::bash_exited, 9},
  {"exit_trap", "trap 'echo bye' EXIT; (exit 2)", shell_outcome::status, 2},
  {"extdebug", "shopt -s extdebug; trap 'false' DEBUG\necho skipped", shell_outcome::bash_killed, SIGKILL},
  {"file_size_0", "ulimit -f 0; (exit 2)", shell_outcome::status, 2},
  {"few_open_files", "ulimit -n 5; (exit 2)", shell_outcome::status, 2, true},
  {"lowered_birth_mark", "ulimit -R 1000; (exit 2)", shell_outcome::status, 2},
  {"ifs_digits", "IFS=0123456789; (exit 12)", shell_outcome::status, 12},
  {"ifs_letters", "IFS=/abcdefghijklmnopqrstuvwxyz; (exit 12)", shell_outcome::status, 12},
  {"close_stdin", "exec <&-; (exit 2)", shell_outcome::status, 2},
  {"close_all_std", "exec <&- >&- 2>&-; (exit 2)", shell_outcome::status, 2},
  {"redirect_stdout", "exec >/dev/null 2>&1; (exit 2)", shell_outcome::status, 2},
  {"readonly_posix", "readonly POSIXLY_CORRECT; (exit 2)", shell_outcome::status, 2, true},
  {"no_dot_builtin", "enable -n .; (exit 2)", shell_outcome::status, 2, true},
  {"no_unset_builtin", "enable -n unset shopt; (exit 2)", shell_outcome::status, 2, true},
  {"umask_777", "umask 777; (exit 2)", shell_outcome::status, 2},
  {"return", "return 11", shell_outcome::status, 11},
  {"break_outside", "break 2>/dev/null; continue 2>/dev/null; (exit 2)", shell_outcome::status, 2},
  {"path_gone", "PATH=; (exit 2)", shell_outcome::status, 2},
  {"variables_gone", "unset BASH_VERSION PATH HOME PWD SHLVL _ BASHPID; (exit 2)", shell_outcome::status, 2},
  {"noise_in_begun", "for i in 1 2 3; do for f in \"$STRATA_SHELLS\"/*/*/[0-9]*; do : >\"$f\"; done; done; (exit 2)", shell_outcome::status, 2},
  {"remove_mount", "rm -rf \"$STRATA_SHELLS\"/* 2>/dev/null; (exit 2)", shell_outcome::status, 2},
  {"kill_keeper", "kill -9 $PPID; sleep 0.1; (exit 2)", shell_outcome::status, 2},
  {"kill_all", "kill -9 -1; sleep 0.1; (exit 2)", shell_outcome::status, 2},
  {"kill_all_from_child", "sh -c 'kill -9 -1'; echo never", shell_outcome::bash_killed, SIGKILL},
  {"kill_agent", "kill -9 1; kill -STOP 1; (exit 2)", shell_outcome::status, 2},
  {"many_jobs", "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.01 & done; wait; (exit 2)", shell_outcome::status, 2},
  {"coproc", "coproc sleep 300; (exit 2)", shell_outcome::status, 2},
  {"process_substitution", "cat <(echo a) >/dev/null; (exit 2)", shell_outcome::status, 2},
};

class hostile_shell : public testing::TestWithParam<payload> {};

} // namespace

TEST_P(hostile_shell, gets_an_exact_answer_and_the_next_command_works) {
  if (auto why = live_agent::unavailable())
    GTEST_SKIP() << *why;
  live_agent agent;
  agent.connect();
  auto open = [&] { return agent.open_shell("session", {"STRATA_SHELLS=" + agent.folder()}); };
  ASSERT_FALSE(open());
  const auto& one = GetParam();
  auto done = agent.shell(one.command);
  ASSERT_TRUE(done.end) << (done.refused ? done.refused->text : "");
  EXPECT_EQ(done.end->outcome, one.outcome) << done.err;
  EXPECT_EQ(done.end->value, one.value) << done.err;

  for (int round = 0; round < 2; ++round) {
    for (const wire::shell_run& probe : {wire::shell_run{"p1", "session", "printf 'probe\\n'; (exit 42)", {}, {}, 0, 0},
                                         wire::shell_run{"p2", "session", "printf 'probe\\n'; (exit 42)", {"A=1"}, "/", 0, 0}}) {
      auto next = agent.shell(probe);
      if (next.end && one.next_may_be_lost && next.end->outcome == shell_outcome::lost) {
        EXPECT_EQ(next.out, "");
        ASSERT_FALSE(open());
        next = agent.shell(probe);
      }
      if (next.refused || next.end->outcome != shell_outcome::status) {
        // bash itself is gone, by the first command or by what that left behind: told, and anew.
        ASSERT_FALSE(open());
        next = agent.shell(probe);
      }
      ASSERT_TRUE(next.end);
      EXPECT_EQ(next.end->outcome, shell_outcome::status);
      if (one.cd_fails && !probe.cwd.empty()) {
        EXPECT_EQ(next.end->value, 1);
        EXPECT_EQ(next.out, "");
        continue;
      }
      EXPECT_EQ(next.end->value, 42) << next.err;
      EXPECT_EQ(next.out, "probe\n");
      RecordProperty("err" + std::to_string(round), next.err);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(payloads, hostile_shell, testing::ValuesIn(all_payloads), [](const auto& each) { return std::string{each.param.name}; });

} // namespace strata::test
