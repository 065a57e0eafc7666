// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace strata {

/// Foreign bytes as visible ASCII: a quote and a backslash get a backslash, line ends and tabs become \n, \r and \t, every
/// other byte outside of ' '..'~' becomes \xNN. More than `limit` bytes are cut and end in "...". Pure.
std::string escaped(std::string_view text, std::size_t limit = 1024);

/// The same between double quotes, for messages that repeat what somebody wrote.
std::string in_quotes(std::string_view text, std::size_t limit = 200);

} // namespace strata
