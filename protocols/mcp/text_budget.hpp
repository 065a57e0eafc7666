// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/exec.hpp"

#include <string>
#include <string_view>

namespace strata {

/// Output as a model should read it.
struct budgeted_text {
  std::string text;
  std::int64_t left_out = 0; ///< bytes of the output that are not in it because of the budget
};

/// What a terminal would show in the end: escape sequences (ECMA-48) and other controls are removed, and of a line that is
/// written over by carriage returns only its last version stays.
std::string plain_text(std::string_view text);

/// Output within `budget` bytes: 40 % of it from the beginning and 60 % from the end, cut at line ends, with a line between
/// that says how much was left out. `keep_controls`: escape sequences stay.
budgeted_text within_budget(const captured_output& output, std::size_t budget, bool keep_controls, bool goes_on);

} // namespace strata
