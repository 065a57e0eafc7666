// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "config/error.hpp"
#include "protocols/http/message.hpp"

namespace strata {

/// What X-Owner-Id and X-Session-Id do beside the ids of path or body.
enum class identity_rule {
  headers_win,   ///< the seed's routes: a header that is not empty replaces that id
  headers_agree, ///< all others: a header that differs is `identity_mismatch`
};

/// Joins the ids of path or body with the headers. `invalid_argument` for a header that comes twice or is no UTF-8.
/// Whether the outcome can be a session's name is not looked at.
result<session_key> identify(session_key given, const http_request& request, identity_rule rule);

} // namespace strata
