// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/birth_mark.hpp"
#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::agent {

/// One line of /proc/PID/stat (proc(5)). Times in clock ticks.
struct process_facts {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';
  std::uint64_t own_ticks = 0;    ///< user + system
  std::uint64_t reaped_ticks = 0; ///< of the children that it has waited for
  std::int64_t threads = 0;

  /// A zombie whose other threads go on is alive.
  bool alive() const noexcept { return (state != 'Z' && state != 'X') || threads > 1; }
  bool stopped() const noexcept { return state == 'T'; }
};

/// Reads /proc by a descriptor that was opened before anything inside could mount over it.
class procfs {
public:
  explicit procfs(unique_fd directory) noexcept : directory_{std::move(directory)} {}

  int fd() const noexcept { return directory_.get(); }
  std::vector<process_facts> processes() const;
  std::optional<process_facts> process(pid_t pid) const;
  /// Pages in memory, by /proc/PID/statm: the kernel counts them there exactly, in stat it may be behind (proc(5)). 0: it is gone.
  std::int64_t resident_pages(pid_t pid) const;
  /// Hard RLIMIT_RTTIME; unlimited reads as ~0. Empty: the process is gone.
  std::optional<birth_mark> mark(pid_t pid) const;
  /// Its working directory, without the mark of a removed one; empty: not readable.
  std::string cwd(pid_t pid) const;
  /// Children, zombies included; empty optional where the kernel lacks CONFIG_PROC_CHILDREN or the process is gone.
  std::optional<std::vector<pid_t>> children(pid_t pid) const;

private:
  /// At most `limit` bytes.
  std::optional<std::string> read(const std::string& name, std::size_t limit) const;

  unique_fd directory_;
};

} // namespace strata::agent
