// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/call.hpp"
#include "isolation/sandbox.hpp"

#include <string>

namespace strata {

/// One exec of a session from its arrival to its end. Its call may be answered before that (hand-over).
struct exec_record {
  /// waiting: for the sandbox; queued: for its shell; starting: the sandbox was asked; running: it said so.
  enum class stage { waiting, queued, starting, running };

  std::uint64_t number = 0;
  std::string id;             ///< "p12-x7q4"
  call<exec_request> request; ///< `request.answer` is empty once the call was answered
  stage at = stage::waiting;
  std::uint64_t attempt = 0;          ///< how often the sandbox was asked
  std::uint64_t shell_generation = 0; ///< of the shell that it was given to
  std::optional<steady_time> started;
  std::string end_reason;    ///< why it is being ended; empty: it is not
  bool asked_to_end = false; ///< by a caller: whatever it makes of a TERM, that is why it ended
  bool client_left = false;  ///< and wants the command to go on
  bool call_over = false;    ///< wait_ms passed: the call is answered as soon as there is something to say
  bool asked_output = false;
  bool shell_restarted = false;
  std::shared_ptr<journal> output;
  std::shared_ptr<journal_reader> reader; ///< until it is handed to the follower
  bool followed = false;                  ///< its caller reads the output, and not in the answer

  bool fresh() const { return request.operation.shell == "fresh"; }
  bool begun() const { return at == stage::starting || at == stage::running; }
};

/// What the sandbox is to run.
command_spec make_command(const exec_record& exec, const string_map& session_env, const std::string& session_user,
                          const std::string& session_cwd);

/// The answer's part that does not depend on how it ended.
exec_response make_answer(const exec_record& exec, const std::string& session_uid, steady_time now);
void add_output(exec_response& answer, command_output output);

/// Why it ended as far as the sandbox can tell: exited, signalled, oom_killed, or killed_by_user where somebody asked for it.
const char* to_reason(const command_end& end);

/// How it ended: what the sandbox saw, and `end_reason` where it was our kill that ended it.
void add_end(exec_response& answer, const exec_record& exec, command_end end);

} // namespace strata
