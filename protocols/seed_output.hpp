// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/exec.hpp"

#include <string>

namespace strata {

/// What captured bytes look like as text.
struct shown_output {
  std::string text;
  bool exact; ///< false: bytes were no UTF-8 and show as U+FFFD
  std::int64_t gap_at = -1;
  std::int64_t gap = 0; ///< bytes left out there; of exact text with what was left of the characters that were cut apart
};

/// Text of captured bytes. Cuts that the capture made are not the program's fault: what they tore apart is left out, at the
/// end too while the command goes on.
shown_output show_output(const captured_output& captured, bool goes_on);

/// As the first Strata trims an exec's output: leading CR and LF, trailing blanks, tabs, CR and LF.
std::string trim_as_seed(const std::string& text);

} // namespace strata
