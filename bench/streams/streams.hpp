// SPDX-License-Identifier: MIT
#pragma once

#include "bench/measure.hpp"

#include <cstdint>
#include <filesystem>

namespace strata::bench {

/// A process from its start to its end, beside posix_spawn and wait on the host.
void measure_processes(std::uint16_t port, int rounds);
/// A loud process into its journal, beside the same command's pipe copied to a file.
void measure_journal(std::uint16_t port, int rounds, std::int64_t bytes, const std::filesystem::path& directory);
/// From a program's write to who follows it, beside who reads its pipe.
void measure_follow(std::uint16_t port, int lines);
/// A terminal's output over WebSocket, beside a read of the terminal.
void measure_terminal(std::uint16_t port, int rounds, std::int64_t bytes);
/// A file out, beside sendfile, and in, beside a copy from TCP to a file.
void measure_files(std::uint16_t port, int rounds, std::int64_t bytes, const std::filesystem::path& directory);

/// One line of a table of rates.
struct rate {
  std::string_view name;
  const series& took;
  const series* raw = nullptr; ///< what it is beside
};
void print_rates(std::string_view title, std::int64_t bytes, const std::vector<rate>& rates);

} // namespace strata::bench
