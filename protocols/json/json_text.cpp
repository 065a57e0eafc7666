// SPDX-License-Identifier: MIT
#include "protocols/json/json_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr auto plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < table.size(); ++byte)
    table[byte] = byte != '"' && byte != '\\';
  return table;
}();

bool is_plain(char c) { return plain[static_cast<unsigned char>(c)]; }

void append_escaped(std::string& to, char c) {
  switch (c) {
  case '"': to += "\\\""; break;
  case '\\': to += "\\\\"; break;
  case '\b': to += "\\b"; break;
  case '\f': to += "\\f"; break;
  case '\n': to += "\\n"; break;
  case '\r': to += "\\r"; break;
  case '\t': to += "\\t"; break;
  default: to += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
}

} // namespace

void append_json_string(std::string& to, std::string_view utf8) {
  to.reserve(to.size() + utf8.size() + utf8.size() / 16 + 2);
  to += '"';
  for (auto at = utf8.begin(); at != utf8.end();) {
    const auto stop = std::find_if_not(at, utf8.end(), is_plain);
    to.append(at, stop);
    if (stop == utf8.end())
      break;
    append_escaped(to, *stop);
    at = stop + 1;
  }
  to += '"';
}

} // namespace strata
