// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// RFC 3339 in UTC with milliseconds: "2026-11-24T02:50:32.123Z".
std::string format_time(std::chrono::system_clock::time_point time);

/// RFC 3339 with any offset and 0-9 digits of a second's fraction; a leap second counts as the next second. None for
/// anything else, and for years outside 1970-9999.
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text);

/// A duration as Go's time.Duration prints it when rounded to milliseconds: "0s", "12ms", "1.5s", "1m0s", "1h0m0.25s".
std::string go_duration(std::int64_t milliseconds);

} // namespace strata
