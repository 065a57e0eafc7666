// SPDX-License-Identifier: MIT
#pragma once

#include "config/log_level.hpp"

#include <chrono>
#include <concepts>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// One key=value of a log line. The key is ours: a word of [a-z0-9_]; the value may hold anything.
struct log_fact {
  std::string_view key;
  std::string value;

  log_fact(std::string_view its_key, std::string_view its_value) : key{its_key}, value{its_value} {}
  log_fact(std::string_view its_key, const char* its_value) : key{its_key}, value{its_value} {}
  log_fact(std::string_view its_key, const std::string& its_value) : key{its_key}, value{its_value} {}
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> log_fact(std::string_view its_key, Number its_value)
    : key{its_key}, value{fmt::to_string(its_value)} {}
};

/// "2026-11-23T20:11:55.123Z info session.started session=alice/build pid=4242", without a line end. Every byte is visible
/// ASCII or a blank between two facts: a value with blanks, quotes, '=' or other bytes, and an empty one, is quoted and
/// escaped, so that no value can pose as another fact or line. At most 1 KiB of a value is shown; facts that would make
/// the line longer than 4000 bytes (so that a pipe takes it whole) are left out, and it ends in cut=true. Pure.
std::string log_line(std::chrono::system_clock::time_point at, log_level level, std::string_view event,
                     const std::vector<log_fact>& facts);

} // namespace strata
