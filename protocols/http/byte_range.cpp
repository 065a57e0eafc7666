// SPDX-License-Identifier: MIT
#include "protocols/http/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace strata {

namespace {

std::optional<std::int64_t> number(std::string_view text) noexcept {
  std::int64_t value = 0;
  if (text.empty() || text.front() == '-')
    return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<byte_range> parse_range(std::string_view header) noexcept {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit))
    return std::nullopt;
  const auto range = header.substr(unit.size());
  const auto dash = range.find('-');
  if (dash == range.npos)
    return std::nullopt;
  const auto first = number(range.substr(0, dash));
  const auto last = number(range.substr(dash + 1));
  if (dash == 0)
    return last && *last > 0 ? std::optional{byte_range{-*last, {}}} : std::nullopt;
  if (!first || (!last && dash + 1 != range.size()) || (last && *last < *first))
    return std::nullopt;
  constexpr auto most = std::numeric_limits<std::int64_t>::max() - 1;
  return last ? byte_range{*first, std::min(*last, most) - *first + 1} : byte_range{*first, {}};
}

} // namespace strata
