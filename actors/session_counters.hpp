// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace strata {

/// The figures of a session that change with every call. Written by its session actor, read by the registry for lists:
/// so a call costs no message more.
struct session_counters {
  std::atomic<std::int64_t> running{0};
  std::atomic<std::int64_t> queued{0};
  std::atomic<std::int64_t> shells{0};
  std::atomic<std::int64_t> output_bytes{0};
  std::atomic<std::chrono::system_clock::rep> last_active{0}; ///< since the epoch, in ticks of the system clock
};

} // namespace strata
