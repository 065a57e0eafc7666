// SPDX-License-Identifier: MIT
#include "isolation/host_program.hpp"
#include "isolation/unique_fd.hpp"

#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

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

TEST(run_host_program, ends_one_that_is_interrupted) {
  int ends[2];
  ASSERT_EQ(0, ::pipe2(ends, O_CLOEXEC));
  const unique_fd read{ends[0]};
  const unique_fd write{ends[1]};
  std::string pid;
  host_program program{{"/bin/sh", "-c", "echo $$; sleep 1000 & wait"}, std::chrono::seconds{60}, {}};
  program.interrupt = read.get();
  program.on_line = [&](const std::string& line) {
    pid = line;
    EXPECT_EQ(1, ::write(write.get(), "x", 1));
  };
  const auto done = run_host_program(program);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("interrupted"));
  EXPECT_FALSE(is_running(pid));
}

TEST(run_host_program, a_contained_one_mounts_for_itself_and_ends_with_all_that_it_started) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "needs root";
  const auto mounts = [] {
    std::ifstream file{"/proc/self/mountinfo"};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  const auto before = mounts();
  std::vector<std::string> lines;
  host_program program{{"/bin/sh", "-c",
                        "mount -t tmpfs contained /mnt && grep -c contained /proc/self/mountinfo; echo $$; "
                        "setsid sleep 1017 </dev/null >/dev/null 2>&1 & exit 3"},
                       std::chrono::seconds{60},
                       [&](const std::string& line) {
                         lines.push_back(line);
                         EXPECT_EQ(before, mounts());
                       }};
  program.contained = true;
  EXPECT_EQ(3, run_host_program(program).value());
  EXPECT_THAT(lines, ElementsAre("1", "1")); // it sees its mount, and is the first of its pids
  EXPECT_EQ(before, mounts());
}

} // namespace
} // namespace strata
