// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>

namespace strata::client {

/// What a user names a session by: owner and name, or the server's uid.
struct session_name {
  std::string owner, session, uid;
  bool operator==(const session_name&) const = default;
};

/// "OWNER/SESSION" (each part percent-encoded where it holds / or %), "SESSION" when `owner` is not empty, or "@UID".
result<session_name> parse_session_name(std::string_view text, const std::string& owner);

/// The same as one word: "alice/build".
std::string to_string(const session_name& name);

} // namespace strata::client
