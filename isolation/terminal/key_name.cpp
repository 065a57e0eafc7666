// SPDX-License-Identifier: MIT
#include "isolation/terminal/key_name.hpp"

#include "config/escaped.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace strata {

namespace {

using special = key::special;

constexpr std::pair<std::string_view, special> names[] = {{"enter", special::enter},
                                                          {"return", special::enter},
                                                          {"tab", special::tab},
                                                          {"backspace", special::backspace},
                                                          {"escape", special::escape},
                                                          {"esc", special::escape},
                                                          {"up", special::up},
                                                          {"down", special::down},
                                                          {"left", special::left},
                                                          {"right", special::right},
                                                          {"insert", special::insert},
                                                          {"delete", special::del},
                                                          {"home", special::home},
                                                          {"end", special::end},
                                                          {"pageup", special::page_up},
                                                          {"page-up", special::page_up},
                                                          {"pagedown", special::page_down},
                                                          {"page-down", special::page_down}};

/// Takes that prefix off, if it is there and something follows.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size())
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_one_character(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f)
    return false;
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  return text.size() == length && std::all_of(text.begin() + 1, text.end(), [](char c) { return (c & 0xc0) == 0x80; });
}

bool find(std::string_view name, key& into) {
  for (const auto& [known, what] : names)
    if (known == name) {
      into.what = what;
      return true;
    }
  if (name.size() < 2 || name[0] != 'f')
    return false;
  const auto [end, failed] = std::from_chars(name.data() + 1, name.data() + name.size(), into.number);
  into.what = special::function;
  return failed == std::errc{} && end == name.data() + name.size() && into.number >= 1 && into.number <= 12;
}

} // namespace

result<key> parse_key(std::string_view name) {
  std::string small{name.substr(0, 64)};
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  key parsed;
  std::string_view rest = small;
  for (bool more = true; more;) {
    more = false;
    for (auto [prefix, held] : {std::pair{"ctrl-", &key::ctrl}, {"c-", &key::ctrl}, {"alt-", &key::alt}, {"shift-", &key::shift}})
      if (take(rest, prefix))
        more = parsed.*held = true;
  }
  if (rest == "space")
    parsed.character = " ";
  else if (is_one_character(name.substr(small.size() - rest.size())))
    parsed.character = name.substr(small.size() - rest.size()); // as it was written: A is not a
  else if (!find(rest, parsed))
    return error{
      errc::invalid_argument,
      fmt::format("key {}: expected a character, enter, tab, escape, backspace, up, down, left, right, home, end, pageup, "
                  "pagedown, insert, delete, space or f1 to f12, with ctrl-, alt- or shift- before it",
                  in_quotes(name.substr(0, 40))),
      {{"field", "keys"}}};
  return parsed;
}

} // namespace strata
