// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace strata::client {

/// A whole number, not negative; nothing when the flag is not given. An error names the flag. Pure.
inline result<std::optional<std::int64_t>> whole_number(const invocation& given, const std::string& flag) {
  if (!given.has(flag))
    return std::optional<std::int64_t>{};
  const auto text = given.value(flag);
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stop != end || number < 0)
    return error{errc::invalid_argument, flag + ": expected a whole number that is not negative"};
  return std::optional{number};
}

} // namespace strata::client
