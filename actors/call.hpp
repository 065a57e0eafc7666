// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call_ticket.hpp"
#include "actors/operations.hpp"
#include "actors/reply.hpp"

#include <memory>

namespace strata {

/// One operation on its way through the actors.
template <class Operation> struct call {
  Operation operation;
  call_context context;
  reply<typename Operation::response> answer;
  std::shared_ptr<call_ticket> ticket; ///< the client's presence; never null
  bool admitted = false;               ///< checked, and known to the idempotency table: it may come back to the registry
  bool session_created = false;        ///< this call made the session that it is handed to
};

} // namespace strata
