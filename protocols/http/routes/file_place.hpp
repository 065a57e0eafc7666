// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"

namespace strata {

/// What every operation on files has in its query: which session, ?path= and ?user=.
template <class Operation> result<void> read_path(const exchange& asked, Operation& into) {
  STRATA_TRY(into.session, session_of(asked));
  if (const auto* path = find_parameter(asked.query, "path"))
    into.path = *path;
  if (const auto* user = find_parameter(asked.query, "user"))
    into.user = *user;
  return {};
}

} // namespace strata
