// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/exec.hpp"
#include "protocols/json/schema.hpp"

namespace strata {

ordered_json exec_input() {
  return object_schema(
    {{"owner_id", text_schema("owner of the session")},
     {"session_id", text_schema("name of the session; a missing one is made")},
     {"command", text_schema("shell command text; directory, variables and functions stay for the next call")},
     {"timeout_ms", whole_schema("kill the command and all it started after this time (alone: the call waits until then)", 0)},
     {"wait_ms",
      whole_schema("answer after this time at the latest; the command lives on (at most 50000 without a progress token)", 0)},
     {"stdin", text_schema("input of the command")},
     {"cwd", text_schema("change to this directory first")},
     {"env", texts_schema("environment for this call")},
     {"shell", text_schema("command shell by name; fresh: one of its own, which keeps nothing")},
     {"user", text_schema("account inside, with shell fresh")},
     {"max_output_bytes", whole_schema("budget of the output, 20000 if not given", 1, 100'000)},
     {"ansi", flag_schema("keep escape sequences in the output")},
     {"split", flag_schema("stdout and stderr apart")}},
    {"command"});
}

ordered_json exec_output() {
  return object_schema(
    {{"output", text_schema("what the command wrote, stdout and stderr in order of arrival")},
     {"stdout", text_schema("with split")},
     {"stderr", text_schema("with split")},
     {"exit_code", or_null(whole_schema("null unless the command itself exited"))},
     {"signal", or_null(whole_schema("what killed it"))},
     {"state", choice_schema("running: handed over", {"running", "ended"})},
     {"reason", text_schema("exited, signalled, oom_killed, timed_out, cancelled, ...; empty while it runs")},
     {"limits_hit", list_schema("memory, pids, output, disk: limits that were hit while it ran", {{"type", "string"}})},
     {"timed_out", flag_schema("the command was killed at timeout_ms")},
     {"process_id", text_schema("names the command")},
     {"next", whole_schema("bytes written so far")},
     {"truncated", flag_schema("the output was cut to the budget")},
     {"elapsed_ms", whole_schema("since it started")},
     {"cwd", text_schema("directory of the shell afterwards")},
     {"session_created", flag_schema("this call made the session")}},
    {"output", "exit_code", "state", "reason", "process_id", "next", "truncated", "elapsed_ms"});
}

} // namespace strata
