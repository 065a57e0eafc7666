// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/terminal/size.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// What is on a terminal's screen, as its viewers see it.
struct screen_view {
  std::vector<std::string> lines; ///< one per row, UTF-8, without the blanks at their ends
  std::vector<std::string>
    styled;                     ///< the same with colours and attributes as escape sequences (ECMA-48 SGR); only when asked for
  std::uint32_t cursor_row = 0; ///< from 0
  std::uint32_t cursor_col = 0;
  bool cursor_visible = true;
  std::string title;      ///< as the program set it, any bytes, at most 256
  bool alternate = false; ///< the alternate screen: a program that fills the screen runs

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field(self.lines, self.styled, self.cursor_row, self.cursor_col, self.cursor_visible, self.title, self.alternate);
  }
};

} // namespace strata
