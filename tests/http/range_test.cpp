// SPDX-License-Identifier: MIT
// Ranges, entity tags and what else headers say of a file.
#include "protocols/http/byte_range.hpp"
#include "protocols/http/etag.hpp"

#include <gmock/gmock.h>

using namespace strata;
using testing::ElementsAre;

TEST(byte_range, is_one_range_of_bytes) {
  EXPECT_EQ(parse_range("bytes=0-0"), (byte_range{0, 1}));
  EXPECT_EQ(parse_range("bytes=5-"), (byte_range{5, {}}));
  EXPECT_EQ(parse_range("bytes=-7"), (byte_range{-7, {}}));
  EXPECT_EQ(parse_range("bytes=1-9223372036854775807"), (byte_range{1, 9223372036854775806}));
}

TEST(byte_range, is_nothing_otherwise) {
  for (const auto* text : {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-4", "bytes=a-b", "bytes=1-2,4-5", "bytes=--1",
                           "bytes=1--2", "bytes=-0", "lines=1-2", "bytes= 1-2", "bytes=1-99999999999999999999", "bytes=1-2 "})
    EXPECT_EQ(parse_range(text), std::nullopt) << text;
}

TEST(etags, are_read_from_a_list) {
  EXPECT_THAT(parse_etags("\"a\""), ElementsAre("a"));
  EXPECT_THAT(parse_etags(" \"a\" , \"b,c\",*"), ElementsAre("a", "b,c", "*"));
  EXPECT_THAT(parse_etags("W/\"a\", \"b\""), ElementsAre("W/\"a\"", "b"));
  EXPECT_THAT(parse_etags("W/\"a\", \"b\"", true), ElementsAre("a", "b"));
  EXPECT_THAT(parse_etags("\"open"), ElementsAre("open"));
  EXPECT_THAT(parse_etags("bare, \"a\""), ElementsAre("bare", "a"));
  EXPECT_THAT(parse_etags(""), ElementsAre());
  EXPECT_THAT(parse_etags(" , ,"), ElementsAre());
}
