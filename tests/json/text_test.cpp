// SPDX-License-Identifier: MIT
#include "protocols/json/base64.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/times.hpp"
#include "protocols/json/utf8.hpp"

#include <gtest/gtest.h>

using namespace strata;

TEST(base64, is_that_of_rfc_4648) {
  const std::vector<std::pair<std::string, std::string>> table{{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : table) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(base64, every_byte_goes_round) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    EXPECT_EQ(base64_decode(base64_encode(all)), all);
  }
}

TEST(base64, is_strict) {
  for (auto bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "====", "=Zg=", "Zm 9", "Zm9v\n", "Zm-_", "Z==="})
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
}

TEST(utf8, is_judged_as_unicode_does) {
  for (auto good : {"", "abc", "ä", "€", "𝄞", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xef\xbf\xbd"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (auto bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                   "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9d\x84", "a\xc3(z"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(utf8, bad_parts_are_replaced_one_by_one) {
  EXPECT_EQ(replace_bad_utf8("a\xff\xfez"), "a\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(replace_bad_utf8("\xe2\x82z"), "\xef\xbf\xbdz") << "one for a maximal part";
  EXPECT_EQ(replace_bad_utf8("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(replace_bad_utf8("ä€"), "ä€");
}

TEST(utf8, cuts_are_measured) {
  EXPECT_EQ(cut_at_end("a\xe2\x82"), 2u);
  EXPECT_EQ(cut_at_end("a\xc3"), 1u);
  EXPECT_EQ(cut_at_end("aä"), 0u);
  EXPECT_EQ(cut_at_end("a\xff"), 0u) << "never the beginning of anything";
  EXPECT_EQ(cut_at_end(""), 0u);
  EXPECT_EQ(cut_at_start("\x82\xac z"), 2u);
  EXPECT_EQ(cut_at_start("ä"), 0u);
  EXPECT_EQ(cut_at_start("\x80\x80\x80\x80"), 3u);
}

TEST(go_duration, prints_as_the_seed_does) {
  const std::vector<std::pair<std::int64_t, std::string>> table{{-5, "0s"},
                                                                {0, "0s"},
                                                                {1, "1ms"},
                                                                {12, "12ms"},
                                                                {999, "999ms"},
                                                                {1000, "1s"},
                                                                {1500, "1.5s"},
                                                                {1003, "1.003s"},
                                                                {59'999, "59.999s"},
                                                                {60'000, "1m0s"},
                                                                {61'250, "1m1.25s"},
                                                                {3'600'000, "1h0m0s"},
                                                                {3'600'250, "1h0m0.25s"},
                                                                {90'061'001, "25h1m1.001s"}};
  for (const auto& [milliseconds, text] : table)
    EXPECT_EQ(go_duration(milliseconds), text);
}

TEST(times, go_round) {
  for (std::int64_t ms : {0LL, 1LL, 951'782'400'000LL, 1'764'000'000'123LL, 4'102'444'799'999LL}) {
    std::chrono::system_clock::time_point time{std::chrono::milliseconds{ms}};
    EXPECT_EQ(parse_time(format_time(time)), time) << format_time(time);
  }
}

TEST(times, offsets_fractions_and_leap_seconds) {
  auto same = parse_time("2026-11-24T02:50:32Z");
  EXPECT_EQ(parse_time("2026-11-24T04:20:32+01:30"), same);
  EXPECT_EQ(parse_time("2026-11-23t21:50:32-05:00"), same);
  EXPECT_EQ(parse_time("2026-11-24 02:50:32.000000000z"), same);
  EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
  EXPECT_TRUE(parse_time("9999-12-31T23:59:59Z"));
  for (auto bad : {"", "2026-11-24", "2026-11-24T02:50:32", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
                   "2026-11-24T24:00:00Z", "1969-12-31T23:59:59Z", "2026-11-24T02:50:32.Z", "2026-11-24T02:50:32.0000000000Z",
                   "2026-11-24T02:50:32Zx", "26-11-24T02:50:32Z", "2026-11-24T02:50:32+24:00"})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

TEST(json_reader, takes_the_first_value_where_told_so) {
  EXPECT_TRUE(read_object(R"({"a":"}"} {"b")", trailing_bytes::ignored));
  EXPECT_FALSE(read_object(R"({"a":1} x)", trailing_bytes::refused));
  EXPECT_TRUE(read_object(" \r\n\t{\"a\":1}\n", trailing_bytes::refused));
  EXPECT_EQ((*read_object(R"({"a":1,"a":2})", trailing_bytes::refused))["a"], 2);
}

TEST(json_reader, is_bounded_before_anything_is_built) {
  std::string deep = "{\"a\":";
  for (int i = 0; i < 40; ++i)
    deep += '[';
  EXPECT_FALSE(read_object(deep, trailing_bytes::ignored));
  std::string wide = "{\"a\":[";
  for (int i = 0; i < 100'001; ++i)
    wide += "0,";
  EXPECT_FALSE(read_object(wide + "0]}", trailing_bytes::ignored));
  EXPECT_FALSE(read_object("", trailing_bytes::ignored));
  for (auto bad : {"[]", "null", "\"x\"", "{", "{]", "{\"a\"}", "{'a':1}", "{\"a\":01}", "{\"a\":1,}", "\xef\xbb\xbf{}"})
    EXPECT_FALSE(read_object(bad, trailing_bytes::ignored)) << bad;
}
