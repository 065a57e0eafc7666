// SPDX-License-Identifier: MIT
#include "config/wrapped.hpp"

#include <algorithm>

namespace strata {

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t from = text.find_first_not_of(" \n"); from != std::string_view::npos;
       from = text.find_first_not_of(" \n", from)) {
    const auto end = std::min(text.find_first_of(" \n", from), text.size());
    const auto word = text.substr(from, end - from);
    if (column == 0) {
      column = word.size();
    } else if (column + 1 + word.size() > width) {
      out += '\n';
      out += indent;
      column = word.size();
    } else {
      out += ' ';
      column += 1 + word.size();
    }
    out += word;
    from = end;
  }
  return out;
}

} // namespace strata
