// SPDX-License-Identifier: MIT
#include "tests/agent/hostile_payloads.hpp"

#include <csignal>

namespace strata::test {

namespace {
using enum wire::shell_outcome;
}

std::vector<payload> attacking_payloads() {
  return {
    {"function_eval", "eval() { return 0; }; (exit 5)", 5},
    {"function_echo", "echo() { printf no; }; (exit 4)", 4},
    {"function_builtin", "builtin() { return 0; }; (exit 4)", 4},
    {"function_source", "source() { return 0; }; (exit 4)", 4},
    {"function_dot", "function . { return 0; }; (exit 4)", 4},
    {"function_colon", "function : { exit 0; }; (exit 4)", 4},
    {"function_cd", "cd() { return 0; }; (exit 4)", 4},
    {"function_exit", "exit() { echo no; }; exit 4; unset -f exit; (exit 4)", 4},
    {"function_test", "test() { return 0; }; function [ { return 0; }; (exit 4)", 4},
    {"function_unset", "unset() { return 0; }; set() { return 0; }; (exit 4)", 4},
    {"function_shopt", "shopt() { exit 3; }; (exit 4)", 4},
    {"function_command", "command() { return 0; }; (exit 4)", 4},
    {"function_return", "return() { echo no; }; (exit 4)", 4},
    {"function_of_path", "function /bin/sh { exit 3; }; (exit 4)", 4},
    {"readonly_function_builtin", "builtin() { :; }; readonly -f builtin; (exit 4)", 4, status, false, true},
    {"readonly_function_unset", "unset() { :; }; readonly -f unset; (exit 4)", 4},
    {"no_builtin_builtin", "enable -n builtin; (exit 4)", 4, status, false, true},
    {"no_dot_builtin", "enable -n .; (exit 2)", 2, status, true},
    {"no_unset_builtin", "enable -n unset shopt; (exit 2)", 2, status, true},
    {"no_cd_builtin", "enable -n cd; (exit 2)", 2, status, false, true},
    {"hashed_elsewhere", "hash -p /bin/false cd; hash -p /bin/false unset; BASH_CMDS[printf]=/bin/false; (exit 2)", 2},
    {"aliases", "shopt -s expand_aliases\nalias eval=: builtin=: source=: .=: cd=: unset=: command=: echo='echo no' case=: POSIXLY_CORRECT=:\n(exit 6)", 6,
     status, true},
    {"alias_of_brace", "shopt -s expand_aliases\nalias {=:\n(exit 6)", 6, status, true},
    {"alias_array", "shopt -s expand_aliases; BASH_ALIASES[.]=false; BASH_ALIASES[in]=x; (exit 6)", 6},
    {"readonly_posix", "readonly POSIXLY_CORRECT; (exit 2)", 2, status, true},
    {"array_posix", "declare -A POSIXLY_CORRECT; (exit 2)", 2, status, true},
    {"nameref_posix", "declare -n POSIXLY_CORRECT=x; (exit 2)", 2, status, true},
    {"readonly_pwd", "readonly PWD OLDPWD; (exit 2)", 2, status, false, true},
    {"readonly_others", "readonly IFS PATH PS4 _ ENV BASH_ENV; (exit 2)", 2},
    {"ifs_digits", "IFS=0123456789; (exit 12)", 12},
    {"ifs_letters", "IFS=/abcdefghijklmnopqrstuvwxyz; (exit 12)", 12},
    {"ps4", "PS4='$(exit 3)$(echo x >&2)+ '; set -x; (exit 2)", 2},
    {"ps4_long", "PS4=$(head -c 100000 /dev/zero | tr '\\0' x); set -x; (exit 2)", 2},
    {"ps4_forged", "PS4='/run/strata/1/x/7/x: '; set -x; (exit 2)", 2},
    {"prompt_command", "PROMPT_COMMAND='exit 7'; PS1='$(exit 7)'; (exit 2)", 2},
    {"startup_variables", "export BASH_ENV=/dev/null/x ENV=/dev/null/x; (exit 2)", 2},
    {"xtrace_elsewhere", "exec 9>/dev/null; BASH_XTRACEFD=9; set -x; (exit 2)", 2},
    {"preload", "export LD_PRELOAD=/no/such.so; (exit 2)", 2},
    {"path_gone", "PATH=; (exit 2)", 2},
    {"variables_gone", "unset BASH_VERSION PATH HOME PWD SHLVL _ BASHPID; (exit 2)", 2},
    {"arguments", "set -- '$(exit 3)' -e; shift; (exit 2)", 2},
    {"close_stdin", "exec <&-; (exit 2)", 2},
    {"close_stdout", "exec >&-; (exit 2)", 2},
    {"close_all_std", "exec <&- >&- 2>&-; (exit 2)", 2},
    {"close_every_fd", "for f in /proc/$$/fd/*; do eval \"exec ${f##*/}>&-\"; done; (exit 2)", 2, bash_exited},
    {"redirect_stdout", "exec >/dev/null 2>&1; (exit 2)", 2},
    {"join_streams", "exec 2>&1; (exit 2)", 2},
    {"fill_fds", "for i in {1..200}; do exec {fd}</dev/null; done; (exit 2)", 2},
    {"file_size_0", "ulimit -f 0; (exit 2)", 2},
    {"few_open_files", "ulimit -n 5; (exit 2)", 2, status, true},
    {"little_memory", "ulimit -v 30000; (exit 2)", 2},
    {"small_stack", "ulimit -s 128; (exit 2)", 2},
    {"lowered_birth_mark", "ulimit -R 1000; (exit 2)", 2},
    {"lowest_birth_mark", "ulimit -R 1; (exit 2)", 2},
    {"raised_birth_mark", "ulimit -R unlimited 2>/dev/null; (exit 2)", 2},
    {"kill_itself", "kill -9 $$", SIGKILL, bash_killed},
    {"hang_itself_up", "kill -HUP $$; sleep 1", SIGHUP, bash_killed},
    {"kill_group", "kill -TERM 0; sleep 1", SIGTERM, bash_killed},
    {"kill_keeper", "kill -9 $PPID; (exit 2)", 2},
    {"stop_keeper", "kill -STOP $PPID; (exit 2)", 2},
    {"kill_all", "kill -9 -1; (exit 2)", 2},
    {"kill_all_from_child", "sh -c 'kill -9 -1'; echo never", SIGKILL, bash_killed},
    {"kill_agent", "kill -9 1; kill -STOP 1; (exit 2)", 2},
    {"remove_mount", "rm -rf \"$STRATA_SHELLS\"/* 2>/dev/null; (exit 2)", 2},
    {"read_scripts", "cat \"$STRATA_SHELLS\"/*/*/script \"$STRATA_SHELLS\"/*/startup >/dev/null; (exit 2)", 2},
    {"rename_and_make", "mv \"$STRATA_SHELLS\"/1 /tmp/x; mkdir -p \"$STRATA_SHELLS\"/1/0/0 2>/dev/null; (exit 2)", 2},
    {"open_every_fifo", "for f in \"$STRATA_SHELLS\"/*/* \"$STRATA_SHELLS\"/*/*/*; do [[ -p $f ]] && : >|\"$f\"; done; false", 1},
    {"write_every_fifo", "for f in \"$STRATA_SHELLS\"/*/report \"$STRATA_SHELLS\"/*/*/out; do echo 'bash: /run/strata/1/0/0/x' >|\"$f\"; done; false", 1},
    {"guess_status", "for i in {0..255}; do echo \"bash: line 3: $STRATA_SHELLS/1/0123456789abcdef/0/x: No such file or directory\"; "
                     "done >|\"$STRATA_SHELLS\"/1/report; false", 1},
    {"flood_report", "head -c 1000000 /dev/zero >|\"$STRATA_SHELLS\"/1/report; false", 1},
    {"write_own_pipes", "for f in \"$STRATA_SHELLS\"/1/*/out \"$STRATA_SHELLS\"/1/*/err; do echo noise >\"$f\"; done; (exit 2)", 2},
    {"spin_on_fifos", "while :; do for f in \"$STRATA_SHELLS\"/*/report \"$STRATA_SHELLS\"/*/*/out; do : >|\"$f\"; done; done 2>/dev/null & (exit 2)", 2},
    {"flood_in_background", "yes \"$STRATA_SHELLS/1/0/0/x\" >|\"$STRATA_SHELLS\"/1/report & (exit 2)", 2},
    {"write_to_control", "echo 'exit 0' >/proc/$$/fd/255; (exit 2)", 2, status, true},
  };
}

} // namespace strata::test
