// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/sessions.hpp"
#include "isolation/sandbox.hpp"

namespace strata {

enum class process_state { queued, running, ended };
std::string_view to_string(process_state state) noexcept;

/// A command that is followed has started.
struct exec_started {
  std::string id;       ///< "p12-x7q4"
  std::int64_t pid = 0; ///< inside the session; of the shell for a command in one
  std::string session_uid;
  bool session_created = false;
  std::shared_ptr<journal_reader> output; ///< from the first byte; the command waits for this reader. It tells the end, too
};

/// The command shell that is meant when none is named.
inline constexpr auto default_shell = "session";

/// One command in a named command shell ("session" unless told otherwise), or in none ("fresh").
struct exec_request {
  using response = struct exec_response;
  static constexpr auto name = "exec";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string command;                              ///< shell text, 1 byte to 8 MiB, no NUL
  std::optional<std::int64_t> timeout_ms;           ///< wall time from the start; kills. Absent or 0: none
  std::optional<std::int64_t> no_output_timeout_ms; ///< the same after this long without output
  std::optional<std::int64_t> wait_ms;              ///< patience of this call; never kills. Absent: until the end
  std::optional<std::int64_t> queue_ms;             ///< longest wait for a busy shell; absent: wait_ms, else 30000
  std::optional<std::string> stdin_data;            ///< any bytes, then end of input; absent: empty input
  string_map env;                                   ///< for this call only
  std::string cwd;                                  ///< changes the shell's directory as if typed; empty: as it is
  std::string user;                                 ///< with shell "fresh" only; empty: the session's
  std::string shell = default_shell;                ///< name of a command shell, made when missing; "fresh" = none
  bool merge = false;                               ///< stdout and stderr through one pipe: exact order, one stream
  std::optional<std::int64_t> max_output_bytes;     ///< kept in the answer, head and tail; default 2 MiB
  std::string create = "auto";                      ///< auto | never: whether a missing session is made
  std::string on_disconnect = "kill";               ///< kill | keep

  // Not in JSON: what a streaming protocol adds.
  std::vector<std::string> argv;         ///< with shell "fresh" only, instead of `command`: a program and its arguments
  std::optional<terminal_size> terminal; ///< with shell "fresh" only: run on a terminal of its own
  std::shared_ptr<input_stream> input;   ///< instead of stdin_data: fed while the command runs. Closed when it ends
  /// Follows the output: called once before the answer when the command has started, never when it could not start; on
  /// an actor's thread, must not block. The answer then has counts and no output.
  std::function<void(exec_started)> on_started;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("command", self.command, "shell command text");
    field("timeout_ms", self.timeout_ms, "kill the command and all it started after this time");
    field("no_output_timeout_ms", self.no_output_timeout_ms, "the same after this long without output");
    field("wait_ms", self.wait_ms, "answer after this time, the command lives on");
    field("queue_ms", self.queue_ms, "longest wait for a busy command shell");
    field("stdin", self.stdin_data, "input of the command, then end of input");
    field("env", self.env, "environment for this call");
    field("cwd", self.cwd, "change to this directory first");
    field("user", self.user, "account inside (with shell fresh)");
    field("shell", self.shell, "command shell by name, or fresh");
    field("merge", self.merge, "stdout and stderr through one pipe");
    field("max_output_bytes", self.max_output_bytes, "output kept in the answer, head and tail");
    field("create", self.create, "auto or never");
    field("on_disconnect", self.on_disconnect, "kill or keep");
  }
};

/// A stretch of captured output: what is kept of one stream, in order.
struct captured_output {
  std::string data;         ///< head and tail of what was written, joined
  std::int64_t bytes = 0;   ///< all that was written
  std::int64_t gap_at = -1; ///< offset in `data` where the middle was left out; -1: nothing was
};

struct exec_response {
  std::string id; ///< "p12-x7q4"
  process_state state = process_state::ended;
  bool begun = true;            ///< false: it was ended before anything of it ran
  std::string reason;           ///< exited, signalled, timed_out, …; empty while running
  std::optional<int> exit_code; ///< only when the program itself exited
  std::optional<int> signal;
  bool timed_out = false;
  std::int64_t elapsed_ms = 0;
  captured_output stdout_output; ///< with merge: everything
  captured_output stderr_output;
  captured_output output; ///< both in order of arrival
  bool truncated = false;
  std::int64_t next = 0; ///< bytes of all streams so far
  std::vector<std::string> limits_hit;
  std::int64_t left_running = 0; ///< processes that the command left behind
  std::string cwd;               ///< of the shell, afterwards
  std::string shell;
  bool shell_restarted = false;
  bool session_created = false;
  std::string session_uid;
};

} // namespace strata
