// SPDX-License-Identifier: MIT
#include "isolation/id_pool.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace strata {

namespace {

constexpr std::uint64_t all_ids = std::numeric_limits<std::uint32_t>::max(); // the last one is no id (setreuid(2): -1)

std::string_view next(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<subid_grant> parse_line(std::string_view line) {
  const auto user = next(line, ':');
  const auto first = number(next(line, ':'));
  const auto count = number(line);
  if (user.empty() || user.front() == '#' || !first || !count || *count == 0 || *first >= all_ids)
    return std::nullopt;
  // A grant that goes past the last id still takes all up to there.
  const auto kept = std::min(*count, all_ids - *first);
  return subid_grant{std::string{user}, {static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(kept)}};
}

} // namespace

std::vector<subid_grant> parse_subid(std::string_view text) {
  std::vector<subid_grant> grants;
  while (!text.empty())
    if (auto grant = parse_line(next(text, '\n')))
      grants.push_back(std::move(*grant));
  return grants;
}

} // namespace strata
