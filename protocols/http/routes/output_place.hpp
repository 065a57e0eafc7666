// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"

namespace strata {

/// Which process, which of its streams, and where to begin: `since` (an offset, start or end) or `tail`.
template <class Operation> result<void> read_output_place(const exchange& asked, Operation& into) {
  STRATA_TRY(into.session, session_of(asked));
  into.process = asked.path[2];
  STRATA_TRY(into.tail, read_number(asked.query, "tail"));
  if (const auto* stream = find_parameter(asked.query, "stream"))
    into.stream = *stream;
  const auto* since = find_parameter(asked.query, "since");
  if (since && *since == "end") {
    into.from_end = true;
  } else if (since && *since != "start") {
    STRATA_TRY(const auto offset, read_number(asked.query, "since"));
    into.since = *offset;
  }
  return {};
}

} // namespace strata
