// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <functional>
#include <string>

namespace strata {

/// The name of a session, chosen by people: 1-128 bytes each, no control characters; otherwise any bytes.
/// Never used in a path, an option string or a shell (see isolation/session_directory.hpp).
struct session_key {
  std::string owner_id;
  std::string session_id;

  auto operator<=>(const session_key&) const = default;
};

/// "owner/session", for logs and error texts only: control characters cannot occur, nothing parses it back.
inline std::string to_string(const session_key& key) { return key.owner_id + '/' + key.session_id; }

/// What an operation names its session by: a key, or the server's uid (20 characters of [a-z0-9]), or a key that must
/// still have that uid. A ref whose uid does not match is `session_not_found`.
struct session_ref {
  session_key key;        ///< empty owner and session: by uid alone
  std::string expect_uid; ///< empty: any

  bool operator==(const session_ref&) const = default;
};

} // namespace strata

template <> struct std::hash<strata::session_key> {
  std::size_t operator()(const strata::session_key& key) const noexcept {
    auto first = std::hash<std::string>{}(key.owner_id);
    return first ^ (std::hash<std::string>{}(key.session_id) + 0x9e3779b97f4a7c15ULL + (first << 6) + (first >> 2));
  }
};
