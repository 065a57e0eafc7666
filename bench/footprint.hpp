// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <sys/types.h>

namespace strata::bench {

/// Memory and processes, KiB.
struct footprint {
  double sessions_kib = 0;   ///< proportional set size of everything below the server
  double server_kib = 0;     ///< resident, of the server itself
  double machine_kib = 0;    ///< in use on the whole machine, the kernel's own included (MemTotal - MemAvailable)
  std::size_t processes = 0; ///< below the server
};

/// What a server and the processes below it take now. Needs root to see the memory of sessions.
footprint footprint_of(pid_t server);

} // namespace strata::bench
