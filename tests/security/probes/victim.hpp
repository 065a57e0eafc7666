// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace strata::probes {

inline constexpr char victim_word[] = "strata-probe-victim"; ///< in its arguments, and its abstract socket's name
inline constexpr char victim_queue[] = "/strata-probe-victim";
inline constexpr key_t victim_key = 0x57a7a;
inline constexpr std::uint16_t victim_port = 47321;

/// Makes one of everything that could be seen from elsewhere, prints "ready" and stays until it is killed. 1: something could
/// not be made.
int be_victim();

} // namespace strata::probes
