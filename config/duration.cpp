// SPDX-License-Identifier: MIT
#include "config/duration.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace strata {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
constexpr std::array units{
  unit{"ns", 1},          unit{"us", 1'000},        unit{"\u00b5s", 1'000}, // micro sign
  unit{"\u03bcs", 1'000},                                                   // Greek mu
  unit{"ms", 1'000'000},  unit{"s", 1'000'000'000}, unit{"m", 60'000'000'000}, unit{"h", 3'600'000'000'000},
};
constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

bool is_digit(char c) { return c >= '0' && c <= '9'; }

error malformed(std::string_view why) { return {errc::invalid_argument, std::string{why}}; }

/// digits, adding to `value` while it stays exact; nothing when it would not fit.
std::optional<std::string_view> take_digits(std::string_view& text, std::uint64_t& value) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (most - digit) / 10)
      return std::nullopt;
    value = value * 10 + digit;
  }
  text.remove_prefix(digits.size());
  return digits;
}

/// What a decimal fraction of `scale` is, rounded down; digits beyond the 18th are finer than any unit shows.
std::uint64_t fraction_of(std::string_view digits, std::uint64_t scale) {
  std::uint64_t numerator = 0;
  double denominator = 1;
  for (const char c : digits.substr(0, 18)) {
    numerator = numerator * 10 + static_cast<std::uint64_t>(c - '0');
    denominator *= 10;
  }
  return static_cast<std::uint64_t>(static_cast<double>(numerator) * (static_cast<double>(scale) / denominator));
}

} // namespace

result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+'))
    text.remove_prefix(1);
  if (text == "0")
    return std::chrono::nanoseconds{0};
  if (text.empty())
    return malformed("is no duration");
  std::uint64_t total = 0;
  while (!text.empty()) {
    std::uint64_t value = 0;
    const auto whole = take_digits(text, value);
    if (!whole)
      return malformed("is too large");
    std::string_view fraction;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
      fraction = text.substr(0, static_cast<std::size_t>(end - text.begin()));
      text.remove_prefix(fraction.size());
    }
    if (whole->empty() && fraction.empty())
      return malformed("is no duration");
    const auto name_end = std::find_if(text.begin(), text.end(), [](char c) { return c == '.' || is_digit(c); });
    const auto name = text.substr(0, static_cast<std::size_t>(name_end - text.begin()));
    if (name.empty())
      return malformed("has no unit");
    const auto found = std::find_if(units.begin(), units.end(), [&](const unit& each) { return each.name == name; });
    if (found == units.end())
      return malformed("has an unknown unit");
    text.remove_prefix(name.size());
    if (value > most / found->nanoseconds)
      return malformed("is too large");
    const auto part = value * found->nanoseconds + fraction_of(fraction, found->nanoseconds);
    if (part > most - total)
      return malformed("is too large");
    total += part;
  }
  const auto count = static_cast<std::int64_t>(total);
  return std::chrono::nanoseconds{negative ? -count : count};
}

std::string duration_text(std::chrono::nanoseconds duration) {
  auto left = static_cast<std::uint64_t>(duration.count());
  if (left == 0)
    return "0";
  std::string text;
  for (const auto name : {"h", "m", "s", "ms", "us", "ns"}) {
    const auto size = std::find_if(units.begin(), units.end(), [&](const unit& each) { return each.name == name; })->nanoseconds;
    if (const auto count = left / size; count > 0)
      text += fmt::format("{}{}", count, name);
    left %= size;
  }
  return text;
}

} // namespace strata
