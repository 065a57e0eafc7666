// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace strata::client {

/// Permissions in octal, at most 7777; nothing when the flag is not given. Pure.
inline result<std::optional<std::uint32_t>> octal_mode(const invocation& given, const std::string& flag) {
  if (!given.has(flag))
    return std::optional<std::uint32_t>{};
  const auto text = given.value(flag);
  std::uint32_t mode = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (problem != std::errc{} || end != text.data() + text.size() || mode > 07777)
    return error{errc::invalid_argument, flag + ": expected octal digits up to 7777"};
  return std::optional{mode};
}

} // namespace strata::client
