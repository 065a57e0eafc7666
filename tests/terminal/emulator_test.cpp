// SPDX-License-Identifier: MIT
#include "isolation/terminal/emulator.hpp"

#include "isolation/terminal/key_name.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

using namespace strata;

namespace {

/// The only child of this process; 0: there is none.
pid_t child() {
  pid_t found = 0;
  std::ifstream{"/proc/self/task/" + std::to_string(::gettid()) + "/children"} >> found;
  return found;
}

std::string status_of(pid_t process, std::string_view name) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name))
      return line.substr(line.find_first_not_of("\t ", name.size()));
  return {};
}

} // namespace

TEST(emulator, shows_what_it_was_fed) {
  auto made = emulator::start({20, 3});
  ASSERT_TRUE(made) << made.error().message;
  auto& it = **made;
  const auto before = it.feed("").value();
  EXPECT_GT(it.feed("one\r\n\x1b[31mtwo").value(), before);
  const auto view = it.show(true).value();
  EXPECT_EQ(view.lines, (std::vector<std::string>{"one", "two", ""}));
  EXPECT_EQ(view.styled[1], "\x1b[0;31mtwo\x1b[m");
  EXPECT_EQ(view.cursor_row, 1U);
  EXPECT_TRUE(it.show(false).value().styled.empty());
  EXPECT_TRUE(it.skip());
  EXPECT_EQ(it.encode({*parse_key("up"), *parse_key("é")}).value(), "\x1b[Aé");
  const std::string much(1 << 20, 'x');
  EXPECT_TRUE(it.feed(much));
  EXPECT_EQ(it.show(false).value().lines[0], std::string(20, 'x'));
}

TEST(emulator, shows_the_largest_screen_with_all_its_styles) {
  auto made = emulator::start({1000, 200});
  ASSERT_TRUE(made);
  std::string output;
  for (int cell = 0; cell < 200'000; ++cell)
    output += "\x1b[1;3;4;5;7;9;38;2;" + std::to_string(100 + cell % 100) + ";100;100;48;2;100;100;"
              + std::to_string(100 + cell % 99) + (cell % 2 == 0 ? "mx" : "my");
  ASSERT_TRUE((*made)->feed(output));
  const auto view = (*made)->show(true);
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->styled.size(), 200U);
}

TEST(emulator, runs_as_nobody_with_no_way_to_do_anything) {
  auto made = emulator::start({20, 3});
  ASSERT_TRUE(made);
  ASSERT_TRUE((*made)->feed("x"));
  const auto process = child();
  ASSERT_GT(process, 0);
  EXPECT_EQ(status_of(process, "Seccomp:"), "2");
  EXPECT_EQ(status_of(process, "NoNewPrivs:"), "1");
  EXPECT_EQ(status_of(process, "CapEff:"), "0000000000000000");
  if (::geteuid() != 0)
    return; // what else is to be seen of it, root sees
  EXPECT_EQ(status_of(process, "Uid:"), "65534\t65534\t65534\t65534");
  const auto open = "/proc/" + std::to_string(process) + "/fd";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{open}, {}), 2); // /dev/null and its socket
}

TEST(emulator, that_was_killed_is_an_error_and_no_more) {
  auto made = emulator::start({20, 3});
  ASSERT_TRUE(made);
  ASSERT_TRUE((*made)->feed("x"));
  ::kill(child(), SIGKILL);
  const auto fed = (*made)->feed("y");
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, errc::internal);
  EXPECT_FALSE((*made)->show(true));
  made->reset();
  EXPECT_EQ(child(), 0);
}
