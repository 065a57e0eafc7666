// SPDX-License-Identifier: MIT
#include "isolation/emulator/screen.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace strata;

namespace {

screen_view shown(std::string_view output, terminal_size size = {20, 4}) {
  screen it{size};
  it.feed(output);
  return it.show(true);
}

} // namespace

TEST(screen, is_what_the_output_leaves_on_it) {
  const auto view = shown("one\r\ntwo  \r\nwrong\rthree\x1b[K");
  EXPECT_EQ(view.lines, (std::vector<std::string>{"one", "two", "three", ""}));
  EXPECT_EQ(view.cursor_row, 2U);
  EXPECT_EQ(view.cursor_col, 5U);
  EXPECT_TRUE(view.cursor_visible);
  EXPECT_FALSE(view.alternate);
}

TEST(screen, scrolls_and_wraps) {
  EXPECT_EQ(shown("1\r\n2\r\n3\r\n4\r\n5").lines, (std::vector<std::string>{"2", "3", "4", "5"}));
  EXPECT_EQ(shown("0123456789012345678901").lines[1], "01");
}

TEST(screen, tells_the_alternate_screen_the_title_and_a_hidden_cursor) {
  screen it{{20, 4}};
  it.feed("shell\x1b[?1049h\x1b[2J\x1b[Heditor\x1b[?25l\x1b]2;a title\x07");
  auto view = it.show(false);
  EXPECT_EQ(view.lines[0], "editor");
  EXPECT_TRUE(view.alternate);
  EXPECT_FALSE(view.cursor_visible);
  EXPECT_EQ(view.title, "a title");
  it.feed("\x1b[?25h\x1b[?1049l");
  view = it.show(false);
  EXPECT_EQ(view.lines[0], "shell");
  EXPECT_FALSE(view.alternate);
  EXPECT_TRUE(view.styled.empty());
}

TEST(screen, shows_wide_and_combined_characters_once) {
  const auto view = shown("日本 e\xcc\x81 é 𝄞|");
  EXPECT_EQ(view.lines[0], "日本 e\xcc\x81 é 𝄞|");
}

TEST(screen, has_colours_and_attributes_only_where_they_are) {
  const auto view = shown("a\x1b[1;31mb\x1b[0m c \x1b[38;5;200;44mx\x1b[0m\x1b[7m \x1b[0m   ");
  EXPECT_EQ(view.lines[0], "ab c x");
  EXPECT_EQ(view.styled[0], "a\x1b[0;1;31mb\x1b[0m c \x1b[0;38;5;200;44mx\x1b[0;7m \x1b[m");
  EXPECT_EQ(view.styled[1], "");
}

TEST(screen, changes_only_with_what_is_seen) {
  screen it{{20, 4}};
  it.feed("x");
  const auto before = it.changes();
  it.feed("\x07\x1b[6n"); // a bell, and a question that a viewer's terminal answers
  EXPECT_EQ(it.changes(), before);
  it.feed("y");
  EXPECT_GT(it.changes(), before);
}

TEST(screen, gives_up_a_sequence_that_a_gap_cut) {
  screen it{{20, 4}};
  it.feed("\x1b]0;never en");
  it.skip();
  it.feed("text");
  EXPECT_EQ(it.show(false).lines[0], "text");
}

TEST(screen, withstands_what_a_hostile_program_writes) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random{seed};
  const std::string alphabet = "\x1b\x1b\x1b[[[]];;;?0123456789hlmHJKrLMPXSTABCDfuq@\x07\\ab\xff\xc3\xe2\x9b\x90\r\n\t\b日";
  screen it{{80, 24}};
  for (int round = 0; round < 300; ++round) {
    std::string output(1000, '\0');
    std::generate(output.begin(), output.end(), [&] { return alphabet[random() % alphabet.size()]; });
    it.feed(output);
    const auto view = it.show(true);
    ASSERT_EQ(view.lines.size(), 24U);
    ASSERT_LE(view.title.size(), 256U);
  }
}

TEST(screen, has_only_characters_of_unicode) {
  const auto view = shown("\xf4\x90\x80\x80 \xfc\x84\x80\x80\x80\x80 \xed\xa0\x80|"); // beyond U+10FFFF, six bytes, a surrogate
  for (const auto& line : view.lines)
    for (unsigned char byte : line)
      EXPECT_LT(byte, 0xf5) << line;
  EXPECT_NE(view.lines[0].find("\xef\xbf\xbd"), std::string::npos);
}
