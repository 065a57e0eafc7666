// SPDX-License-Identifier: MIT
#pragma once

/// THE API of Strata as plain structs: one request and one response per operation, shared by every protocol.
/// A translator decodes its bytes into a request, calls the gateway, and encodes the response or the error.

#include "actors/operations/context.hpp"
#include "actors/operations/exec.hpp"
#include "actors/operations/names.hpp"
#include "actors/operations/sessions.hpp"
#include "actors/operations/shells.hpp"
#include "actors/operations/terminals.hpp"

#include <tuple>

namespace strata {

/// Every operation, once. Tables that must be complete (router, gateway, idempotency) are checked against this list.
using operations =
  std::tuple<create_session, get_session, list_sessions, update_session, close_session, get_session_stats, get_stats,
             exec_request, open_shell, list_shells, close_shell, attach_terminal, resize_terminal, signal_process>;

} // namespace strata
