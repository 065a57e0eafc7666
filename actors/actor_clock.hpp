// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

namespace strata {

using steady_time = std::chrono::steady_clock::time_point;

/// The time as the actors see it; tests move it.
struct actor_clock {
  std::function<steady_time()> now;
  std::function<std::chrono::system_clock::time_point()> wall;
};

} // namespace strata
