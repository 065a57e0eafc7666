// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The request's id: what the client gave where that is 1-128 of [A-Za-z0-9._~:/+=@,-] (it goes into logs and back to the
/// client), else a new one. Thread safe.
std::string request_id_of(std::string_view given);

/// Whether it is a traceparent of the W3C's form, of this or a later version (Trace Context §3.2); else it is left out.
bool is_traceparent(std::string_view text);

/// `invalid_argument` for what is not 1-255 visible ASCII characters.
result<std::string> idempotency_key_of(std::string_view given);

/// SHA-256 of a list of texts, in hex. No two lists have the same.
std::string digest_of(const std::vector<std::string_view>& parts);

} // namespace strata
