// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "config/error.hpp"

#include <string>
#include <string_view>

namespace strata {

/// 1-128 bytes each, none below 0x20 and no 0x7f; otherwise anything: "../x", "a/b" and "." are names like others, since
/// no path, option or shell ever sees them. `invalid_argument`, "owner_id and session_id are required" when one is empty.
result<void> check_key(const session_key& key);
/// The same rule for one of the two; `field` names it in the error.
result<void> check_id(std::string_view field, std::string_view id);

/// 20 characters of [a-z0-9] from getrandom(2), the first a letter: a DNS label (RFC 1035 §2.3.1), 103 bits, never used again.
std::string make_uid();
bool is_uid(std::string_view text) noexcept;
/// A session id for those that ask for one: "s-" and 16 characters of [a-z0-9].
std::string make_session_id();

} // namespace strata
