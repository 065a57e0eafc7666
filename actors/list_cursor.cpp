// SPDX-License-Identifier: MIT
#include "actors/list_cursor.hpp"

#include <charconv>
#include <fmt/format.h>

namespace strata {

std::string list_cursor::encode() const { return fmt::format("c1{}{:016x}", newest_first ? 'd' : 'a', after); }

result<list_cursor> list_cursor::decode(std::string_view text, bool newest_first) {
  const error bad{errc::invalid_argument, "cursor is not one of this listing"};
  if (text.size() != 19 || text.substr(0, 2) != "c1" || text[2] != (newest_first ? 'd' : 'a'))
    return bad;
  list_cursor cursor{newest_first, 0};
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data() + 3, end, cursor.after, 16);
  if (failure != std::errc{} || stop != end)
    return bad;
  return cursor;
}

} // namespace strata
