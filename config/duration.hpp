// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace strata {

/// A duration as Go's time.ParseDuration reads it: "30m", "1h30m", "1.5s", "500ms", "-2s", "0"; units ns, us, ms, s, m, h.
/// The error's message goes after the value: "has no unit". Pure.
result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads back, e.g. "1h30m", "500ms", "0". Not negative. Pure.
std::string duration_text(std::chrono::nanoseconds duration);

} // namespace strata
