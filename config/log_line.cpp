// SPDX-License-Identifier: MIT
#include "config/log_line.hpp"

#include "config/escaped.hpp"

#include <algorithm>
#include <fmt/chrono.h>

namespace strata {

namespace {

constexpr std::size_t longest_line = 4000;
constexpr std::string_view cut = " cut=true";

bool is_plain(char c) { return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\'; }

std::string shown(std::string_view value) {
  if (!value.empty() && value.size() <= 1024 && std::all_of(value.begin(), value.end(), is_plain))
    return std::string{value};
  return in_quotes(value, 1024);
}

} // namespace

std::string log_line(std::chrono::system_clock::time_point at, log_level level, std::string_view event,
                     const std::vector<log_fact>& facts) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
  auto line = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} {}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                          (milliseconds - seconds).count(), to_string(level), event);
  bool left_out = false;
  for (const auto& fact : facts) {
    const auto text = fmt::format(" {}={}", fact.key, shown(fact.value));
    if (line.size() + text.size() + cut.size() > longest_line)
      left_out = true;
    else
      line += text;
  }
  if (left_out)
    line += cut;
  return line;
}

} // namespace strata
