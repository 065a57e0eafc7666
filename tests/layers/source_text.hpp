// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

/// C++ text with comments blanked out and string and character literals emptied, line breaks kept. Pure.
std::string code_of(std::string_view text);

/// What a file includes, in order, with its quotes or angle brackets: `"config/error.hpp"`, `<caf/all.hpp>`. Commented-out
/// lines do not count. Pure.
std::vector<std::string> includes_of(std::string_view text);

} // namespace strata::test
