// SPDX-License-Identifier: MIT
#include "config/scalars.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T> std::string reason(const result<T>& outcome) { return outcome ? "" : outcome.error().message; }

TEST(scalars, a_switch_is_read_as_go_reads_it) {
  for (const auto* const text : {"1", "t", "T", "true", "TRUE", "True"})
    EXPECT_TRUE(parse_switch(text).value()) << text;
  for (const auto* const text : {"0", "f", "F", "false", "FALSE", "False"})
    EXPECT_FALSE(parse_switch(text).value()) << text;
  for (const auto* const text : {"", "yes", "no", "on", "off", "tRUE", "2", " true", "-1"})
    EXPECT_EQ("is neither true nor false", reason(parse_switch(text))) << text;
}

TEST(scalars, a_count_is_digits_only) {
  EXPECT_EQ(0U, parse_count("0").value());
  EXPECT_EQ(100U, parse_count("0100").value());
  EXPECT_EQ(18'446'744'073'709'551'615U, parse_count("18446744073709551615").value());
  for (const auto* const text : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "ten"})
    EXPECT_EQ("is no whole number", reason(parse_count(text))) << text;
  EXPECT_EQ("is too large", reason(parse_count("18446744073709551616")));
}

TEST(scalars, a_size_has_binary_units) {
  EXPECT_EQ(0U, parse_size("0").value());
  EXPECT_EQ(1000U, parse_size("1000").value());
  EXPECT_EQ(16U << 10, parse_size("16KiB").value());
  EXPECT_EQ(8U << 20, parse_size("8MiB").value());
  EXPECT_EQ(std::uint64_t{3} << 30, parse_size("3GiB").value());
  for (const auto* const text : {"", "MiB", "8 MiB", "8MB", "8mib", "8M", "1.5MiB", "-1KiB", "8MiBMiB"})
    EXPECT_EQ("is no size", reason(parse_size(text))) << text;
  EXPECT_EQ("is too large", reason(parse_size("17179869184GiB")));
  for (const std::uint64_t bytes : {0ULL, 1ULL, 1023ULL, 1024ULL, 8ULL << 20, (1ULL << 30) + 1, 64ULL << 30})
    EXPECT_EQ(bytes, parse_size(size_text(bytes)).value()) << size_text(bytes);
  EXPECT_EQ("8MiB", size_text(8 << 20));
}

TEST(scalars, a_list_is_parted_by_commas) {
  EXPECT_THAT(parse_list("").value(), IsEmpty());
  EXPECT_THAT(parse_list("  ").value(), IsEmpty());
  EXPECT_THAT(parse_list("a").value(), ElementsAre("a"));
  EXPECT_THAT(parse_list("a, b ,\tc d").value(), ElementsAre("a", "b", "c d"));
  for (const auto* const text : {",", "a,", ",a", "a,,b", "a, ,b"})
    EXPECT_EQ("has an empty item", reason(parse_list(text))) << text;
}

} // namespace
} // namespace strata
