// SPDX-License-Identifier: MIT
#include "config/duration.hpp"

#include <gtest/gtest.h>

namespace strata {
namespace {

using namespace std::chrono_literals;

TEST(duration, is_read_as_go_reads_it) {
  const std::pair<std::string_view, std::chrono::nanoseconds> table[] = {
    {"0", 0ns},
    {"+0", 0ns},
    {"-0", 0ns},
    {"0s", 0ns},
    {"30m", 30min},
    {"1h30m", 90min},
    {"1.5s", 1500ms},
    {"500ms", 500ms},
    {".5s", 500ms},
    {"1.s", 1s},
    {"1h2m3s4ms5us6ns", 1h + 2min + 3s + 4ms + 5us + 6ns},
    {"12\u00b5s", 12us},
    {"12\u03bcs", 12us},
    {"-1.5h", -90min},
    {"+5s", 5s},
    {"3ns", 3ns},
    {"0.3ms", 300us},
    {"1m1m", 2min},
    {"0.100000000000000000000h", 6min},
    {"9223372036854775807ns", std::chrono::nanoseconds::max()},
    {"2562047h47m16.854775807s", std::chrono::nanoseconds::max()},
    {"1.9ns", 1ns},
    {"10s30m", 30min + 10s},
  };
  for (const auto& [text, expected] : table) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text << ' ' << parsed.error().message;
    EXPECT_EQ(expected, *parsed) << text;
  }
}

TEST(duration, refuses_what_go_refuses_and_says_why) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"", "is no duration"},
    {"+", "is no duration"},
    {"-", "is no duration"},
    {".", "is no duration"},
    {".s", "is no duration"},
    {"s", "is no duration"},
    {"30", "has no unit"},
    {"1.5", "has no unit"},
    {"1h30", "has no unit"},
    {"00", "has no unit"},
    {"5d", "has an unknown unit"},
    {"5 s", "has an unknown unit"},
    {"5S", "has an unknown unit"},
    {"--5s", "is no duration"},
    {" 5s", "is no duration"},
    {"5s ", "has an unknown unit"},
    {"1e3s", "has an unknown unit"},
    {"0x5s", "has an unknown unit"},
    {"9223372036854775808ns", "is too large"},
    {"3000000h", "is too large"},
    {"99999999999999999999s", "is too large"},
    {"2562047h47m16.854775808s", "is too large"},
    {"5s\xff", "has an unknown unit"},
  };
  for (const auto& [text, reason] : table) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(reason, parsed.error().message) << text;
  }
}

TEST(duration, is_shown_shortest_and_reads_back) {
  const std::pair<std::string_view, std::chrono::nanoseconds> table[] = {
    {"0", 0ns},          {"30m", 30min}, {"1h30m", 90min},   {"1m15s", 75s},
    {"1s500ms", 1500ms}, {"1ms", 1ms},   {"7us3ns", 7003ns}, {"8760h", 8760h},
  };
  for (const auto& [text, value] : table) {
    EXPECT_EQ(text, duration_text(value));
    EXPECT_EQ(value, parse_duration(text).value());
  }
}

} // namespace
} // namespace strata
