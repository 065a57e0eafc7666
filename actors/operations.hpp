// SPDX-License-Identifier: MIT
#pragma once

/// THE API of Strata as plain structs: one request and one response per operation, shared by every protocol.
/// A translator decodes its bytes into a request, calls the gateway, and encodes the response or the error.

#include "actors/operations/archives.hpp"
#include "actors/operations/context.hpp"
#include "actors/operations/exec.hpp"
#include "actors/operations/file_search.hpp"
#include "actors/operations/file_watch.hpp"
#include "actors/operations/files.hpp"
#include "actors/operations/names.hpp"
#include "actors/operations/processes.hpp"
#include "actors/operations/sessions.hpp"
#include "actors/operations/shells.hpp"
#include "actors/operations/terminals.hpp"

#include <tuple>

namespace strata {

/// Every operation, once. Tables that must be complete (router, gateway, idempotency) are checked against this list.
using operations =
  std::tuple<create_session, get_session, list_sessions, update_session, close_session, get_session_stats, get_stats,
             exec_request, open_shell, list_shells, close_shell, start_process, get_process, list_processes, end_process,
             read_output, attach_process, write_stdin, signal_process, attach_terminal, open_terminal, resize_terminal,
             get_screen, stat_file, list_files, read_file, write_file, make_directory, move_file, copy_file, remove_file,
             set_file_attributes, make_symlink, edit_file, search_files, read_archive, write_archive, watch_files>;

/// What an operation says of itself. `waits`: it may take as long as its client has patience, who may leave meanwhile.
template <class Operation> inline constexpr bool may_wait = requires { Operation::waits; };
/// An idempotency key holds for it.
template <class Operation> inline constexpr bool is_idempotent = requires { Operation::idempotent; };
/// It may make a missing session.
template <class Operation> inline constexpr bool begins_work = requires(Operation operation) { operation.create; };

} // namespace strata
