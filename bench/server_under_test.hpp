// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::bench {

/// The real server binary on a free port of the loopback, with a session root of its own; stopped by the destructor.
class server_under_test {
public:
  explicit server_under_test(const std::string& binary);
  ~server_under_test();
  server_under_test(const server_under_test&) = delete;
  server_under_test& operator=(const server_under_test&) = delete;

  std::uint16_t port() const { return port_; }
  /// What the server has logged so far (events with key=value).
  std::string log() const;

private:
  std::filesystem::path directory_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

/// Memory and processes of everything whose parent chain leads to `root` or that was started for a sandbox since `before`.
struct footprint {
  double pss_kib = 0;
  std::size_t processes = 0;
};

/// All process ids of the machine now.
std::vector<pid_t> all_processes();
/// Proportional set size and number of the processes that are there now and were not in `before`.
footprint footprint_since(const std::vector<pid_t>& before);

} // namespace strata::bench
