// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/terminal/key.hpp"

#include <string_view>

namespace strata {

/// "enter", "up", "f5", "x", "ctrl-c", "alt-left", "ctrl-shift-end": names in any case, `invalid_argument` for others.
result<key> parse_key(std::string_view name);

} // namespace strata
