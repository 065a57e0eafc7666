// SPDX-License-Identifier: MIT
#include "isolation/host_program.hpp"

#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <poll.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

struct outcome {
  result<int> code;
  std::vector<std::string> lines;
};

outcome run_shell(const std::string& script, std::chrono::seconds patience = std::chrono::seconds{30}) {
  std::vector<std::string> lines;
  auto code =
    run_host_program({{"/bin/sh", "-c", script}, patience, [&lines](const std::string& line) { lines.push_back(line); }});
  return {std::move(code), std::move(lines)};
}

bool is_running(const std::string& pid) {
  std::ifstream file{fmt::format("/proc/{}/stat", pid)};
  std::string number, name, state;
  return file >> number >> name >> state && state != "Z";
}

TEST(run_host_program, tells_code_and_lines) {
  const auto done = run_shell("echo out; echo err >&2; printf last; exit 3");
  ASSERT_TRUE(done.code);
  EXPECT_EQ(3, *done.code);
  EXPECT_THAT(done.lines, UnorderedElementsAre("out", "err", "last"));
  EXPECT_EQ(137, run_shell("kill -9 $$").code.value());
  EXPECT_FALSE(run_host_program({{"/nonexistent"}, std::chrono::seconds{1}, {}}));
}

TEST(run_host_program, gives_nothing_but_path) {
  ::setenv("STRATA_TEST_SECRET", "secret", 1);
  EXPECT_THAT(run_shell("/usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=").lines,
              ElementsAre("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
  ::unsetenv("STRATA_TEST_SECRET");
}

TEST(run_host_program, keeps_lines_short_and_printable) {
  const auto done = run_shell("printf 'a\\033[31mb\\000c\\n'; head -c 100000 /dev/zero | tr '\\000' x; echo");
  ASSERT_EQ(2U, done.lines.size());
  EXPECT_EQ("a?[31mb?c", done.lines[0]);
  EXPECT_EQ(1024U, done.lines[1].size());
}

TEST(run_host_program, ends_one_that_takes_too_long_with_all_that_it_started) {
  const auto late = run_shell("sleep 1000 & echo $!; wait", std::chrono::seconds{1});
  ASSERT_FALSE(late.code);
  EXPECT_THAT(late.code.error().message, HasSubstr("not done in 1 s"));
  ASSERT_EQ(1U, late.lines.size());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (is_running(late.lines[0]) && std::chrono::steady_clock::now() < deadline)
    ::poll(nullptr, 0, 5);
  EXPECT_FALSE(is_running(late.lines[0]));
}

TEST(run_host_program, does_not_wait_for_what_it_leaves) {
  const auto done = run_shell("sleep 3 & exit 0", std::chrono::seconds{60}); // which holds the pipe open
  ASSERT_TRUE(done.code);
  EXPECT_EQ(0, *done.code);
}

} // namespace
} // namespace strata
