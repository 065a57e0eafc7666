// SPDX-License-Identifier: MIT
#pragma once

#include "actors/refusals.hpp"
#include "actors/session.hpp"

namespace strata {

/// True when the sandbox is not ready yet: the call was put aside, or refused.
template <class Operation> bool session::too_early(call<Operation>& event) {
  if (info_.state != session_state::creating)
    return false;
  if (early_.size() >= options_.max_queued_calls)
    event.answer(
      error{errc::overloaded, std::string{Operation::name} + ": too many calls wait for this session", {{"retry_after", "1"}}});
  else
    early_.push_back(std::move(event));
  return true;
}

} // namespace strata
