// SPDX-License-Identifier: MIT
#include "config/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace strata {

namespace {

constexpr std::array yes{"1", "t", "T", "true", "TRUE", "True"};
constexpr std::array no{"0", "f", "F", "false", "FALSE", "False"};

struct size_unit {
  std::string_view name;
  unsigned shift;
};
// The largest first, for size_text().
constexpr std::array size_units{size_unit{"GiB", 30}, size_unit{"MiB", 20}, size_unit{"KiB", 10}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

result<bool> parse_switch(std::string_view text) {
  if (std::find(yes.begin(), yes.end(), text) != yes.end())
    return true;
  if (std::find(no.begin(), no.end(), text) != no.end())
    return false;
  return error{errc::invalid_argument, "is neither true nor false"};
}

result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure == std::errc::result_out_of_range)
    return error{errc::invalid_argument, "is too large"};
  if (failure != std::errc{} || end != text.data() + text.size())
    return error{errc::invalid_argument, "is no whole number"};
  return count;
}

result<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  for (const auto& unit : size_units) {
    if (!text.ends_with(unit.name))
      continue;
    shift = unit.shift;
    text.remove_suffix(unit.name.size());
    break;
  }
  const auto count = parse_count(text);
  if (!count)
    return error{errc::invalid_argument, count.error().message == "is too large" ? "is too large" : "is no size"};
  if (*count > std::numeric_limits<std::uint64_t>::max() >> shift)
    return error{errc::invalid_argument, "is too large"};
  return *count << shift;
}

std::string size_text(std::uint64_t bytes) {
  for (const auto& unit : size_units)
    if (bytes != 0 && bytes % (std::uint64_t{1} << unit.shift) == 0)
      return fmt::format("{}{}", bytes >> unit.shift, unit.name);
  return fmt::to_string(bytes);
}

result<std::vector<std::string>> parse_list(std::string_view text) {
  std::vector<std::string> words;
  if (trimmed(text).empty())
    return words;
  for (std::size_t from = 0; from <= text.size();) {
    const auto comma = std::min(text.find(',', from), text.size());
    const auto word = trimmed(text.substr(from, comma - from));
    if (word.empty())
      return error{errc::invalid_argument, "has an empty item"};
    words.emplace_back(word);
    from = comma + 1;
  }
  return words;
}

} // namespace strata
