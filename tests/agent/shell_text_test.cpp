// SPDX-License-Identifier: MIT
#include "isolation/agent/shell_text.hpp"

#include <gtest/gtest.h>

namespace strata::agent {

namespace {
const command_paths paths{"/s/script", "/s/body", "/s/in", "/s/out", "/s/err", "/s/report", "/s/begun", "/s/token", "/s/refused"};
}

TEST(shell_text, quotes_anything_as_one_word) {
  EXPECT_EQ(shell_quote("a b"), "'a b'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote(""), "''");
}

TEST(shell_text, control_text_uses_no_command_that_can_be_redefined) {
  EXPECT_EQ(control_text(paths), "POSIXLY_CORRECT=1\n\\. /s/script </s/in >|/s/out 2>|/s/err\n"
                                 "2>|/s/report >|\"/s/token/$?/x\" || >|/s/report\n");
  auto merged = paths;
  merged.err.clear();
  EXPECT_NE(control_text(merged).find(" >|/s/out 2>&1\n"), std::string::npos);
}

TEST(shell_text, the_users_text_comes_after_posix_mode_on_lines_of_its_own) {
  auto text = script_text(paths, "", {}, "echo 'x");
  EXPECT_TRUE(text.ends_with("; } >|/s/report 2>|/s/report\n2>|/s/report >|\"/s/begun/$?/x\" || >|/s/report\necho 'x\n"));
  auto with_env = script_text(paths, "/a'b", {"A=1 2", "B="}, "never here");
  EXPECT_EQ(with_env.find("never here"), std::string::npos);
  EXPECT_TRUE(with_env.ends_with("\nA='1 2' B='' \\command . /s/body\n"));
  EXPECT_NE(with_env.find("\\builtin cd -- '/a'\\''b' &&"), std::string::npos);
  EXPECT_TRUE(body_text(paths, "here").ends_with("\nhere\n"));
}

TEST(shell_text, finds_the_status_in_a_complaint_with_its_token_only) {
  EXPECT_EQ(find_status("bash: line 3: /s/token/42/x: No such file or directory\n", "/s/token"), 42);
  EXPECT_EQ(find_status("+ noise 7\n/s/other/1/x\nbash: /s/token/0/x: nope", "/s/token"), 0);
  EXPECT_EQ(find_status("/s/token/255/", "/s/token"), 255);
  for (const char* none : {"", "/s/token", "/s/token/", "/s/token/4", "/s/token/256/x", "/s/token/-1/x", "/s/token//x",
                           "/s/token 4/x", "/s/token/4x/", "/s/other/4/x"})
    EXPECT_FALSE(find_status(none, "/s/token")) << none;
}

TEST(shell_text, knows_what_can_be_assigned) {
  for (const char* right : {"A=1", "_=", "a_9=x=y", "PATH=/bin"})
    EXPECT_TRUE(is_assignable(right)) << right;
  for (const char* wrong : {"", "=", "A", "9=1", "A B=1", "A;x=1", "PPID=1", "SHELLOPTS=", "a[0]=1", "A+=1"})
    EXPECT_FALSE(is_assignable(wrong)) << wrong;
  EXPECT_FALSE(is_assignable(std::string_view("A=\0", 3)));
}

} // namespace strata::agent
