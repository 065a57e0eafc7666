// SPDX-License-Identifier: MIT
#include "isolation/output_capture.hpp"

#include <gtest/gtest.h>

using strata::output_capture;

TEST(output_capture, keeps_everything_below_the_cap) {
  output_capture capture{10};
  capture.append("hello");
  capture.append("12345");
  EXPECT_EQ(capture.view().data, "hello12345");
  EXPECT_EQ(capture.view().bytes, 10);
  EXPECT_EQ(capture.view().gap_at, -1);
}

TEST(output_capture, keeps_head_and_tail_and_tells_where_the_middle_is_missing) {
  output_capture capture{10};
  for (char c = 'a'; c <= 'z'; ++c)
    capture.append({&c, 1});
  EXPECT_EQ(capture.view().data, "abcdevwxyz");
  EXPECT_EQ(capture.view().bytes, 26);
  EXPECT_EQ(capture.view().gap_at, 5);
}

TEST(output_capture, does_the_same_whatever_the_chunks) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += static_cast<char>('a' + i % 26);
  for (std::size_t chunk : {1u, 3u, 7u, 64u, 999u, 1000u}) {
    output_capture capture{101};
    for (std::size_t at = 0; at < text.size(); at += chunk)
      capture.append(std::string_view{text}.substr(at, chunk));
    EXPECT_EQ(capture.view().data, text.substr(0, 50) + text.substr(text.size() - 51)) << chunk;
    EXPECT_EQ(capture.view().gap_at, 50) << chunk;
  }
}

TEST(output_capture, keeps_nothing_with_a_cap_of_zero_but_counts) {
  output_capture capture{0};
  capture.append("hello");
  EXPECT_EQ(capture.view().data, "");
  EXPECT_EQ(capture.view().bytes, 5);
  EXPECT_EQ(capture.view().gap_at, 0);
}
