// SPDX-License-Identifier: MIT
#include "config/escaped.hpp"

#include <fmt/format.h>

namespace strata {

std::string escaped(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      if (c >= ' ' && c <= '~')
        out += c;
      else
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  if (text.size() > limit)
    out += "...";
  return out;
}

std::string in_quotes(std::string_view text, std::size_t limit) { return fmt::format("\"{}\"", escaped(text, limit)); }

} // namespace strata
