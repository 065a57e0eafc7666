// SPDX-License-Identifier: MIT
#include "cli/client/transfer_progress.hpp"

#include "config/escaped.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr std::chrono::milliseconds between_drawings{100};
constexpr int bar_width = 24;
constexpr std::size_t name_width = 32;

} // namespace

std::string size_text(std::int64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit)
    size /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

std::string progress_line(const std::string& what, std::int64_t done, std::int64_t total, std::chrono::duration<double> took) {
  const auto rate = took.count() > 0 ? static_cast<double>(done) / took.count() : 0;
  auto line =
    fmt::format("{:<{}} ", what.size() > name_width ? "…" + what.substr(what.size() - name_width + 1) : what, name_width);
  if (total > 0) {
    const auto part = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    const auto full = static_cast<int>(part * bar_width);
    line += fmt::format("[{}{}] {:3.0f}% ", std::string(static_cast<std::size_t>(full), '#'),
                        std::string(static_cast<std::size_t>(bar_width - full), '.'), part * 100);
  }
  return line + fmt::format("{} {}/s", size_text(done), size_text(static_cast<std::int64_t>(rate)));
}

transfer_progress::transfer_progress(std::string what, std::int64_t total, bool quiet)
  : what_{escaped(what)}, total_{total}, shown_{!quiet && ::isatty(STDERR_FILENO) == 1} {}

transfer_progress::~transfer_progress() {
  if (!shown_)
    return;
  draw();
  std::fputc('\n', stderr);
}

void transfer_progress::add(std::int64_t bytes) {
  done_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now - drawn_ < between_drawings)
    return;
  drawn_ = now;
  draw();
}

void transfer_progress::draw() const {
  const auto line = progress_line(what_, done_, total_, std::chrono::steady_clock::now() - began_);
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
}

} // namespace strata::client
