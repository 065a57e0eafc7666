// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace strata::client {

/// A bar on standard error while a file is on its way, where that is a terminal: ten times a second at most.
class transfer_progress {
public:
  /// `total` in bytes; 0: not known.
  transfer_progress(std::string what, std::int64_t total, bool quiet);
  ~transfer_progress();
  transfer_progress(const transfer_progress&) = delete;
  transfer_progress& operator=(const transfer_progress&) = delete;

  void add(std::int64_t bytes);

private:
  void draw() const;

  const std::string what_;
  const std::int64_t total_;
  const bool shown_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_ = began_;
  std::int64_t done_ = 0;
};

/// "12.3 MiB". Pure.
std::string size_text(std::int64_t bytes);
/// One line: what, a bar, bytes, rate. Pure.
std::string progress_line(const std::string& what, std::int64_t done, std::int64_t total, std::chrono::duration<double> took);

} // namespace strata::client
