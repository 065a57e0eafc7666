// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

// Errors' messages go after the value: "is no whole number". All pure.

/// As Go's strconv.ParseBool: 1, t, T, true, TRUE, True, 0, f, F, false, FALSE, False.
result<bool> parse_switch(std::string_view text);

/// Decimal digits only: no sign, blank or prefix.
result<std::uint64_t> parse_count(std::string_view text);

/// Bytes: "8388608", "8MiB", "512KiB", "1GiB".
result<std::uint64_t> parse_size(std::string_view text);

/// The shortest text that parse_size() reads back.
std::string size_text(std::uint64_t bytes);

/// Words between commas, blanks around them dropped; an empty text is an empty list, an empty word an error.
result<std::vector<std::string>> parse_list(std::string_view text);

} // namespace strata
