// SPDX-License-Identifier: MIT
#pragma once

#include <string>

struct VTermScreen;

namespace strata {

/// A row of the screen as UTF-8, without the blanks at its end.
std::string row_text(const VTermScreen& cells, int row, int cols);
/// The same with colours and attributes (ECMA-48 SGR); they are reset at its end.
std::string styled_row(const VTermScreen& cells, int row, int cols);

} // namespace strata
