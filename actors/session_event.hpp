// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/call.hpp"
#include "actors/event.hpp"
#include "isolation/sandbox.hpp"

#include <tuple>
#include <type_traits>

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
/// Answers of the sandbox about processes and terminals, by number within the session.
struct process_started {
  std::uint64_t number;
  result<int> pid;
};
struct process_ended {
  std::uint64_t number;
  result<command_end> end;
};
/// A read of output was answered.
struct output_told {
  std::uint64_t number; ///< of the query
};
/// The process has taken all of an input, or never will.
struct input_taken {
  std::uint64_t number; ///< of the wait
  bool accepted;
};
/// One follower of that process went away.
struct viewer_gone {
  std::uint64_t number;
  std::uint64_t viewer;
};
/// A look at a screen was told.
struct screen_seen {
  std::uint64_t number; ///< of the look
  result<screen_page> page;
};
/// What keys are to a program now.
struct keys_encoded {
  std::uint64_t number; ///< of the call
  result<std::string> bytes;
};
/// An operation on files was answered by the sandbox: it failed, is done, or a stream of bytes is open.
struct file_told {
  std::uint64_t number; ///< of the operation
  std::variant<error, file_answer, opened_file, std::shared_ptr<file_sink>, std::shared_ptr<archive_sink>,
               std::shared_ptr<file_watch>, file_events>
    outcome;
};
/// A client is done with the bytes of a file.
struct file_released {};
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

/// The operations that end up at a session.
template <class Operation>
inline constexpr bool goes_to_session = std::is_same_v<Operation, create_session> || (requires(Operation operation) {
                                          operation.session;
                                        } && !std::is_same_v<Operation, get_session>);

template <class List> struct session_operations_of;
template <class... Operation> struct session_operations_of<std::tuple<Operation...>> {
  using type = decltype(std::tuple_cat(
    std::declval<std::conditional_t<goes_to_session<Operation>, std::tuple<Operation>, std::tuple<>>>()...));
};
using session_operations = session_operations_of<operations>::type;

/// Everything that a session actor hears. It never blocks on any of it.
using session_event = events_of<session_operations, sandbox_ready, sandbox_died, sandbox_gone, sandbox_files_gone, shell_opened,
                                shell_closed, command_started, command_ended, command_seen, process_started, process_ended,
                                output_told, input_taken, viewer_gone, screen_seen, keys_encoded, file_told, file_released,
                                usage_seen, client_gone, session_tick, session_drain, session_retire>::type;

} // namespace strata
