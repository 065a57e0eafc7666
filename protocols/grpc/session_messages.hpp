// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"

#include <strata/v1/session.pb.h>

namespace strata {

/// Between the messages of session.proto and the operations. Decoding judges only what an operation cannot hold (a duration
/// that is none, an enum's unknown number); everything else is the registry's.

session_ref session_of(const v1::SessionRef& ref);
result<std::string> create_mode_of(v1::CreateMode mode); ///< "auto" or "never"

result<create_session> operation_of(const v1::CreateSessionRequest& request);
get_session operation_of(const v1::GetSessionRequest& request);
result<list_sessions> operation_of(const v1::ListSessionsRequest& request);
result<update_session> operation_of(const v1::UpdateSessionRequest& request);
close_session operation_of(const v1::CloseSessionRequest& request);
get_session_stats operation_of(const v1::GetSessionStatsRequest& request);

void encode(const session_info& session, v1::Session& into);
void encode(const session_page& page, v1::ListSessionsResponse& into);
void encode(const session_stats& stats, v1::GetSessionStatsResponse& into);

/// A protobuf string must be UTF-8; what is not becomes U+FFFD.
std::string proto_text(std::string_view text);
/// `invalid_argument`: "create has no value 7".
error unknown_enum(std::string_view field, int value);

} // namespace strata
