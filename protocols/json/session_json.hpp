// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/sessions.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

/// §"Session" of the API: created_at, owner_id and session_id first, as the seed has them. Times carry milliseconds, also
/// created_at, which the seed gave in whole seconds: both are RFC 3339 and one format for all times is easier to read.
ordered_json to_json(const session_info& session);
ordered_json to_json(const session_page& page);
ordered_json to_json(const session_stats& stats);

/// The body of POST /api/sessions: names in any case, unknown ones ignored, user_id stands for a missing owner_id.
result<create_session> read_create(std::string_view body);

/// The body of PATCH S into everything but the session's name. Unknown members are refused.
result<update_session> read_update(std::string_view body);

} // namespace strata
