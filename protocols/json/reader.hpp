// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

namespace strata {

using json = nlohmann::json;
/// Members keep the order in which they were put: answers have a documented one.
using ordered_json = nlohmann::ordered_json;

enum class trailing_bytes { refused, ignored };

/// Reads a JSON object: at most 32 levels deep and 100,000 values, all of it UTF-8; of members with the same name the last
/// one counts. `invalid_argument` "invalid request body", with the fact `reason`, for anything else. With
/// `trailing_bytes::ignored` only the first value is looked at, as Go's json.Decoder does.
result<json> read_object(std::string_view text, trailing_bytes trailing);

/// The text of an answer; bytes that are no UTF-8 come out as U+FFFD.
std::string to_text(const ordered_json& value);

} // namespace strata
