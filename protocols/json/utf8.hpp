// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// Whether all of it is well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates).
bool is_utf8(std::string_view text) noexcept;

/// The text with U+FFFD in place of every maximal ill-formed part (Unicode 15 §3.9, as browsers do).
std::string replace_bad_utf8(std::string_view text);

/// How many bytes at the end are the beginning of a sequence that was cut there (0-3).
std::size_t cut_at_end(std::string_view text) noexcept;

/// How many bytes at the beginning are the rest of a sequence that was cut there (0-3).
std::size_t cut_at_start(std::string_view text) noexcept;

} // namespace strata
