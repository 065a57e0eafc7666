// SPDX-License-Identifier: MIT
#include "tests/agent/hostile_payloads.hpp"

#include <csignal>

namespace strata::test {

namespace {

using enum wire::shell_outcome;

std::string long_text(std::size_t size) {
  std::string text;
  text.reserve(size + 64);
  while (text.size() < size)
    text += ": 'a line that does nothing but be long'\n";
  return text + "(exit 3)";
}

} // namespace

std::vector<payload> typed_payloads() {
  return {
    {"empty", "", 0},
    {"blank_lines", "\n\n\t\n", 0},
    {"only_comment", "# nothing", 0},
    {"heredoc", "cat <<E >/dev/null\n`echo x`\nE\n(exit 3)", 3},
    {"heredoc_open", "cat <<'E' >/dev/null\nno end", 0},
    {"herestring", "cat <<<\"$(echo a)\" >/dev/null; (exit 3)", 3},
    {"quote_open", "echo 'abc", 2},
    {"double_quote_open", "echo \"abc", 2},
    {"backquote_open", "echo `abc", 2},
    {"bracket_open", "( echo abc", 2},
    {"brace_closed", "}", 2},
    {"if_open", "if true; then", 2},
    {"case_open", "case x in", 2},
    {"done_alone", "done", 2},
    {"syntax_error_after_work", "x=1\n;;\n", 2},
    {"trailing_backslash", "(exit 7) \\", 7},
    {"trailing_backslashes", "(exit 7) #\\\\\\", 7},
    {"trailing_ampersand", "sleep 0 &", 0},
    {"trailing_comment", "(exit 8) # it's a comment \\", 8},
    {"trailing_pipe", "true |", 2},
    {"trailing_and", "true &&", 2},
    {"carriage_returns", "(exit 3)\r\n", 2},
    {"control_characters", "echo $'\\x01\\x02' \x01 >/dev/null; (exit 2)", 2},
    {"nul_bytes", std::string("(exit 9)\0 # x", 13), 9},
    {"terminal_escapes", "printf '\\e]0;title\\a\\e[2J\\e[?1049h'; (exit 2)", 2},
    {"invalid_utf8", "echo $'\\xff\\xfe'; (exit \xc2\xa0 2)", 2},
    {"long_20k", long_text(20'000), 3},
    {"long_4m", long_text(4'000'000), 3},
    {"many_lines_of_output", "seq 100000; (exit 2)", 2},
    {"set_e", "set -e; true", 0},
    {"set_e_fails", "set -e; (exit 3)", 3, bash_exited},
    {"set_u", "set -u; (exit 2)", 2},
    {"set_u_fails", "set -u; echo $nothing_of_that_name", 1, bash_exited},
    {"set_x", "set -x; (exit 2)", 2},
    {"set_v", "set -v; (exit 2)", 2},
    {"set_f", "set -f; (exit 2)", 2},
    {"set_k", "set -k; (exit 2)", 2},
    {"set_n", "set -n\necho never", SIGKILL, bash_killed},
    {"set_t", "set -t; (exit 2)", 2, bash_exited},
    {"set_m", "set -m; sleep 0.01 & wait; (exit 2)", 2},
    {"set_C", "set -C; (exit 2)", 2},
    {"set_posix", "set -o posix; (exit 2)", 2},
    {"set_r", "set -r; (exit 2)", SIGKILL, bash_killed},
    {"set_p", "set -p; (exit 2)", 2},
    {"pipefail", "set -o pipefail; false | true", 1},
    {"lastpipe", "shopt -s lastpipe; echo a | read b; [[ $b = a ]]", 0},
    {"history", "set -o history; set -H; history -s 'x!!'; (exit 2)", 2},
    {"compat", "BASH_COMPAT=3.1; (exit 2)", 2},
    {"debug_trap", "trap 'echo debug >/dev/null' DEBUG; (exit 2)", 2},
    {"debug_trap_exits", "trap 'exit 9' DEBUG; true", 9, bash_exited},
    {"functrace", "set -T; trap 'true' DEBUG; trap 'true' RETURN; (exit 2)", 2},
    {"err_trap", "trap 'exit 9' ERR; true", 0},
    {"err_trap_fires", "trap 'exit 9' ERR; (exit 4)", 9, bash_exited},
    {"err_trap_inherited", "set -E; trap 'echo err >&2' ERR; (exit 4)", 4},
    {"exit_trap", "trap 'echo bye' EXIT; (exit 2)", 2},
    {"return_trap", "trap 'false' RETURN; (exit 2)", 2},
    {"child_trap", "trap 'true' CHLD; (exit 2)", 2},
    {"ignored_signals", "trap '' TERM INT HUP PIPE CHLD; (exit 2)", 2},
    {"extdebug", "shopt -s extdebug; trap 'false' DEBUG\necho skipped", SIGKILL, bash_killed},
    {"extdebug_alone", "shopt -s extdebug; (exit 2)", 2},
    {"failglob", "shopt -s failglob; (exit 2)", 2},
    {"glob_options", "shopt -s nullglob dotglob globstar extglob nocaseglob; GLOBIGNORE='*'; (exit 2)", 2},
    {"no_such_command", "no-such-command-at-all", 127},
    {"not_found_handle", "command_not_found_handle() { return 5; }; no-such-command-at-all", 5},
    {"not_executable", "/etc/passwd", 126},
    {"return", "return 11", 11},
    {"break_outside", "break 2>/dev/null; continue 2>/dev/null; (exit 2)", 2},
    {"logout", "logout 2>/dev/null; (exit 2)", 2},
    {"exit", "exit 3", 3, bash_exited},
    {"exit_large", "exit 259", 3, bash_exited},
    {"exit_in_function", "f() { exit 4; }; f", 4, bash_exited},
    {"exec_program", "exec sleep 0.01", 0, bash_exited},
    {"exec_nothing", "exec no-such-command-at-all", 127, bash_exited},
    {"exec_bash", "exec bash", 0, bash_exited},
    {"many_jobs", "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.01 & done; wait; (exit 2)", 2},
    {"disown", "sleep 300 & disown -a; (exit 2)", 2},
    {"job_holds_stdout", "(sleep 300; echo late) & (exit 2)", 2},
    {"daemon", "setsid sh -c 'sleep 300' & (exit 2)", 2},
    {"wait_status", "(exit 3) & wait $!", 3},
    {"coproc", "coproc sleep 300; (exit 2)", 2},
    {"process_substitution", "cat <(echo a) >/dev/null; (exit 2)", 2},
    {"read_nothing", "read x", 1},
    {"recursion", "FUNCNEST=50; f() { f; }; f 2>/dev/null; (exit 2)", 1},
    {"umask_777", "umask 777; (exit 2)", 2},
    {"locale", "export LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 LANGUAGE=de; (exit 2)", 2},
    {"cd", "cd /tmp; (exit 2)", 2, status, false, false, "/tmp"},
    {"removed_cwd", "mkdir -p /tmp/gone && cd /tmp/gone && rmdir /tmp/gone; (exit 2)", 2, status, false, false, "/tmp/gone"},
    {"cwd_made_again", "mkdir -p /tmp/again && cd /tmp/again && rmdir /tmp/again && mkdir /tmp/again; (exit 2)", 2, status, false,
     false, "/tmp/again"},
    {"cwd_renamed", "mkdir -p /tmp/a && cd /tmp/a && mv /tmp/a /tmp/b; (exit 2)", 2, status, false, false, "/tmp/b"},
    {"cwd_without_permission", "mkdir -p /tmp/shut && cd /tmp/shut && chmod 000 /tmp/shut; (exit 2)", 2, status, false, false,
     "/tmp/shut"},
  };
}

} // namespace strata::test
