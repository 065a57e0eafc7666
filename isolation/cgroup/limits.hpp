// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace strata {

/// What the processes of one session may use together. 0: no limit.
struct resource_limits {
  std::uint64_t memory_bytes = 0;
  std::uint64_t pids = 0;       ///< processes and threads, Strata's own (one for each command) included
  std::uint64_t cpu_millis = 0; ///< of every second of one core, in thousandths: 1500 is one and a half cores
  std::uint64_t open_files = 0; ///< descriptors of each process
};

/// By what a limit is enforced, in words for people; empty: by nothing.
struct limit_means {
  std::string memory, pids, cpu;
};

} // namespace strata
