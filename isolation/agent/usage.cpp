// SPDX-License-Identifier: MIT
#include "isolation/agent/usage.hpp"

#include <unistd.h>

namespace strata::agent {

wire::usage_reply measure_usage(const procfs& proc, const keepers& all) {
  const auto agent = ::getpid();
  const auto page = ::sysconf(_SC_PAGESIZE);
  const auto ticks_per_second = ::sysconf(_SC_CLK_TCK);
  wire::usage_reply sum;
  std::uint64_t ticks = 0;
  for (const auto& one : proc.processes()) {
    ticks += one.reaped_ticks; // theirs, too: a keeper's children are the session's work
    if (one.pid == agent || all.is_keeper(one.pid))
      continue;
    ticks += one.own_ticks;
    if (!one.alive())
      continue;
    ++sum.processes;
    sum.memory_bytes += proc.resident_pages(one.pid) * page;
  }
  sum.cpu_ms = static_cast<std::int64_t>(ticks) * 1000 / ticks_per_second;
  return sum;
}

} // namespace strata::agent
