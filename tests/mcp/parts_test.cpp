// SPDX-License-Identifier: MIT
#include "protocols/mcp/mcp_sessions.hpp"
#include "protocols/mcp/text_budget.hpp"

#include <gtest/gtest.h>

using namespace strata;
using namespace std::chrono_literals;

TEST(plain_text, shows_what_a_terminal_would_in_the_end) {
  EXPECT_EQ(plain_text("\x1b[31mred\x1b[0m\n"), "red\n");
  EXPECT_EQ(plain_text("\x1b]0;title\aab\x1b]8;;x\x1b\\c"), "abc");
  EXPECT_EQ(plain_text("10%\r20%\r100%\r\ndone\r\n"), "100%\ndone\n");
  EXPECT_EQ(plain_text("a\x1b(Bb\x1b=c\b\a\x7f"), "abc");
  EXPECT_EQ(plain_text("cut \x1b[3"), "cut ");
  EXPECT_EQ(plain_text("\x1b"), "");
  EXPECT_EQ(plain_text("tab\tand €\n\n"), "tab\tand €\n\n");
}

TEST(within_budget, never_tears_a_character_apart) {
  std::string euros;
  for (int i = 0; i < 1000; ++i)
    euros += "€";
  const auto cut = within_budget({euros, 3000, -1}, 100, false, false);
  EXPECT_EQ(cut.text.find("\xEF\xBF\xBD"), std::string::npos);
  EXPECT_GT(cut.left_out, 2800);
  EXPECT_EQ(within_budget({"ab\xE2\x82", 4, -1}, 100, false, true).text, "ab"); // the rest may yet come
}

TEST(within_budget, tells_what_was_never_kept) {
  const auto cut = within_budget({"headtail", 1008, 4}, 100, false, false);
  EXPECT_EQ(cut.text, "head\n[... 1000 bytes left out ...]\ntail");
  EXPECT_EQ(cut.left_out, 1000);
}

TEST(mcp_sessions, are_bounded_and_forgotten) {
  mcp_sessions sessions{2, 1h};
  const mcp_sessions::clock::time_point begin{};
  const auto first = sessions.open(begin);
  EXPECT_TRUE(is_mcp_session_id(first));
  const auto second = sessions.open(begin + 1min);
  EXPECT_TRUE(sessions.touch(first, begin + 2min));
  const auto third = sessions.open(begin + 3min);
  EXPECT_FALSE(sessions.touch(second, begin + 3min)); // the one that was idle longest
  EXPECT_TRUE(sessions.touch(first, begin + 3min));
  EXPECT_FALSE(sessions.touch(third, begin + 64min));
  EXPECT_EQ(sessions.size(), 0U);
}

TEST(mcp_sessions, keep_those_with_a_running_request) {
  mcp_sessions sessions{1, 1h};
  const mcp_sessions::clock::time_point begin{};
  const auto first = sessions.open(begin);
  int cancelled = 0;
  sessions.begin(first, "1", [&] { ++cancelled; });
  sessions.open(begin);
  EXPECT_TRUE(sessions.touch(first, begin + 3h));
  sessions.cancel(first, "2");
  EXPECT_EQ(cancelled, 0);
  sessions.cancel(first, "1");
  EXPECT_EQ(cancelled, 1);
  sessions.end(first, "1");
  sessions.cancel(first, "1");
  EXPECT_EQ(cancelled, 1);
}

TEST(mcp_sessions, know_an_id_by_its_form) {
  EXPECT_TRUE(is_mcp_session_id("mcp-session-00000000-0000-4000-8000-000000000000"));
  for (const auto* other :
       {"", "mcp-session-", "mcp-session-0000000-0000-4000-8000-0000000000000",
        "mcp-session-00000000-0000-4000-8000-00000000000G", "xcp-session-00000000-0000-4000-8000-000000000000"})
    EXPECT_FALSE(is_mcp_session_id(other)) << other;
}
