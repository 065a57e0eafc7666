// SPDX-License-Identifier: MIT
#include "isolation/emulator/screen.hpp"
#include "isolation/terminal/key_name.hpp"

#include <gtest/gtest.h>

using namespace strata;

namespace {

/// What a program gets that has not asked its terminal for anything.
std::string bytes_of(std::string_view name) {
  const auto pressed = parse_key(name);
  return pressed ? screen{{80, 24}}.encode({*pressed}) : "refused";
}

} // namespace

TEST(key, is_what_a_keyboard_sends) {
  const std::pair<std::string_view, std::string> expected[] = {{"enter", "\r"},
                                                               {"Return", "\r"},
                                                               {"tab", "\t"},
                                                               {"backspace", "\x7f"},
                                                               {"escape", "\x1b"},
                                                               {"esc", "\x1b"},
                                                               {"space", " "},
                                                               {"a", "a"},
                                                               {"A", "A"},
                                                               {"shift-a", "A"},
                                                               {"-", "-"},
                                                               {"ctrl-c", "\x03"},
                                                               {"CTRL-C", "\x03"},
                                                               {"c-d", "\x04"},
                                                               {"ctrl-[", "\x1b"},
                                                               {"ctrl-i", "\t"},
                                                               {"ctrl-m", "\r"},
                                                               {"alt-x", "\x1bx"},
                                                               {"ctrl-alt-x", "\x1b\x18"},
                                                               {"ctrl-?", "\x7f"},
                                                               {"up", "\x1b[A"},
                                                               {"left", "\x1b[D"},
                                                               {"home", "\x1b[H"},
                                                               {"end", "\x1b[F"},
                                                               {"delete", "\x1b[3~"},
                                                               {"pageup", "\x1b[5~"},
                                                               {"f1", "\x1bOP"},
                                                               {"f12", "\x1b[24~"},
                                                               {"shift-tab", "\x1b[Z"},
                                                               {"é", "é"},
                                                               {"ctrl-up", "\x1b[1;5A"}};
  for (const auto& [name, bytes] : expected)
    EXPECT_EQ(bytes_of(name), bytes) << name;
  EXPECT_EQ(bytes_of("ctrl-space"), std::string(1, '\0'));
}

TEST(key, that_is_none_is_refused) {
  for (const auto* name : {"", "f0", "f13", "f1x", "ctrl-", "hello", "ab", "\xff", "\n", "up-ctrl", "\xc3"})
    EXPECT_FALSE(parse_key(name)) << name;
  EXPECT_EQ(parse_key(std::string(100'000, 'x')).error().code, errc::invalid_argument);
  EXPECT_LT(parse_key(std::string(100'000, 'x')).error().message.size(), 400U);
}

TEST(key, of_the_cursor_follows_the_mode_that_the_program_has_set) {
  screen shown{{80, 24}};
  const std::vector<key> up{*parse_key("up")};
  shown.feed("\x1b[?1h"); // DECCKM, as ncurses does by smkx
  EXPECT_EQ(shown.encode(up), "\x1bOA");
  shown.feed("\x1b[?1l");
  EXPECT_EQ(shown.encode(up), "\x1b[A");
}
