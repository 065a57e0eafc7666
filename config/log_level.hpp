// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

namespace strata {

/// How much an event matters; a log shows its own level and those after it.
enum class log_level { debug, info, warn, error };

inline constexpr std::array<std::string_view, 4> log_level_names{"debug", "info", "warn", "error"};

constexpr std::string_view to_string(log_level level) noexcept { return log_level_names[static_cast<std::size_t>(level)]; }

} // namespace strata
