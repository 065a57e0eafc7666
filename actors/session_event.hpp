// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/call.hpp"
#include "isolation/sandbox.hpp"

#include <variant>

namespace strata {

/// The sandbox is built, or could not be. Its last holder closes it (see own_sandbox).
struct sandbox_ready {
  result<std::shared_ptr<sandbox>> built;
};
/// The sandbox died by itself.
struct sandbox_died {
  std::string cause;
};
/// No process of the sandbox is left.
struct sandbox_gone {};
/// Nothing of the sandbox is left on the disk.
struct sandbox_files_gone {};

/// Answers of the sandbox about named shells; `generation` tells a shell from an earlier one of that name.
struct shell_opened {
  std::string name;
  std::uint64_t generation;
  result<int> pid;
};
struct shell_closed {
  std::string name;
  std::uint64_t generation;
};

/// Answers of the sandbox about commands, by number within the session.
struct command_started {
  std::uint64_t number;
  std::uint64_t attempt; ///< a command may be tried again when its shell turns out to have ended
  result<int> pid;
};
struct command_ended {
  std::uint64_t number;
  std::uint64_t attempt;
  result<command_end> end;
};
/// What a command had written when its call's patience ended.
struct command_seen {
  std::uint64_t number;
  command_output output;
};
/// Answers of the sandbox about terminals, by number within the session.
struct terminal_started {
  std::uint64_t number;
  result<int> pid;
};
struct terminal_ended {
  std::uint64_t number;
  result<command_end> end;
};
/// One viewer of that terminal went away.
struct viewer_gone {
  std::uint64_t number;
};
struct usage_seen {
  std::uint64_t number; ///< of the question
  result<sandbox_usage> usage;
};

/// The client of that call went away.
struct client_gone {
  std::uint64_t call_id;
};
/// Time has come for something; `epoch` outdates ticks that were overtaken.
struct session_tick {
  std::uint64_t epoch;
};
/// No new work; close when nothing runs, at the latest after `grace`.
struct session_drain {
  std::chrono::milliseconds grace;
};
/// The registry hands no further call to this session: it may end when its files are gone.
struct session_retire {};

/// Everything that a session actor hears. It never blocks on any of it.
using session_event =
  std::variant<call<create_session>, call<update_session>, call<close_session>, call<get_session_stats>, call<exec_request>,
               call<open_shell>, call<list_shells>, call<close_shell>, call<attach_terminal>, call<resize_terminal>,
               call<signal_process>, sandbox_ready, sandbox_died, sandbox_gone, sandbox_files_gone, shell_opened, shell_closed,
               command_started, command_ended, command_seen, terminal_started, terminal_ended, viewer_gone, usage_seen,
               client_gone, session_tick, session_drain, session_retire>;

} // namespace strata
