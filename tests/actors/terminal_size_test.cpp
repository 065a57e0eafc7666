// SPDX-License-Identifier: MIT
#include "tests/actors/process_requests.hpp"

/// Terminals that are opened without a viewer, and whose size they have.
namespace strata::test {

namespace {

open_terminal sized_terminal(const std::string& name = "main") {
  open_terminal request;
  request.session.key = key();
  request.terminal = name;
  return request;
}

outcome<terminal_view> attach(scene& at, std::uint16_t cols, std::uint16_t rows, bool read_only = false) {
  attach_terminal request;
  request.session.key = key();
  request.cols = cols;
  request.rows = rows;
  request.read_only = read_only;
  return at.call(request);
}

/// As when its connection ends.
void leave(scene& at, const outcome<terminal_view>& viewer) {
  viewer.record_->answers.assign(1, error{});
  at.settle();
}

terminal_size size_now(scene& at) { return *at.call(looking("name:main")).value().terminal; }

resize_terminal resize_to(std::int64_t cols, std::int64_t rows, std::uint64_t viewer = 0) {
  auto operation = on<resize_terminal>("name:main");
  operation.cols = cols;
  operation.rows = rows;
  operation.viewer = viewer;
  return operation;
}

} // namespace

TEST(open_terminal, makes_one_of_that_name_once) {
  scene at;
  auto asked = sized_terminal();
  asked.argv = {"vim", "x"};
  asked.cols = 100;
  asked.rows = 30;
  const auto made = at.call(asked);
  ASSERT_TRUE(made.succeeded());
  EXPECT_TRUE(made.value().created);
  EXPECT_TRUE(made.value().session_created);
  EXPECT_EQ(made.value().kind, process_kind::terminal);
  EXPECT_EQ(made.value().name, "main");
  EXPECT_EQ(made.value().resize, "last");
  EXPECT_EQ(at.box().ran.at(0).argv, (std::vector<std::string>{"vim", "x"}));
  EXPECT_EQ(*at.box().ran.at(0).terminal, (terminal_size{100, 30}));
  const auto again = at.call(sized_terminal());
  EXPECT_FALSE(again.value().created);
  EXPECT_EQ(again.value().id, made.value().id);
  EXPECT_EQ(again.value().terminal->cols, 100);
  const auto nameless = at.call(sized_terminal(""));
  EXPECT_EQ(nameless.value().name, nameless.value().id);
  EXPECT_EQ(at.box().ran.at(1).argv, (std::vector<std::string>{"bash", "-l"}));
  EXPECT_EQ(at.call(looking("name:" + nameless.value().id)).value().id, nameless.value().id);
}

TEST(open_terminal, while_it_starts_waits_for_it_and_shares_its_failure) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  auto first = at.call(sized_terminal());
  auto second = at.call(sized_terminal());
  EXPECT_FALSE(second.answered());
  at.box().start("", 42);
  at.settle();
  EXPECT_TRUE(first.value().created);
  EXPECT_FALSE(second.value().created);
  auto third = at.call(sized_terminal("two")), fourth = at.call(sized_terminal("two"));
  at.box().start("", error{errc::command_not_found, "start bash: no such file or directory"});
  at.settle();
  EXPECT_EQ(third.code(), errc::command_not_found);
  EXPECT_EQ(fourth.code(), errc::command_not_found);
}

TEST(open_terminal, refuses_what_cannot_be) {
  scene at;
  auto asked = sized_terminal("a b");
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked = sized_terminal();
  asked.command = "x";
  asked.argv = {"x"};
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked = sized_terminal();
  asked.cols = 1001;
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked = sized_terminal();
  asked.resize = "largest";
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked = sized_terminal();
  asked.create = "never";
  EXPECT_EQ(at.call(asked).code(), errc::session_not_found);
}

TEST(terminal_size_policy, last_is_whoever_set_one_last) {
  scene at;
  auto first = attach(at, 100, 30), second = attach(at, 80, 40);
  EXPECT_EQ(size_now(at), (terminal_size{80, 40}));
  at.call(resize_to(90, 20, first.value().viewer));
  EXPECT_EQ(size_now(at), (terminal_size{90, 20}));
  leave(at, first);
  EXPECT_EQ(size_now(at), (terminal_size{90, 20}));
}

TEST(terminal_size_policy, smallest_fits_every_viewer_that_can_type) {
  scene at;
  auto asked = sized_terminal();
  asked.resize = "smallest";
  at.call(asked);
  auto first = attach(at, 100, 30), second = attach(at, 80, 40), third = attach(at, 10, 10, true);
  EXPECT_EQ(size_now(at), (terminal_size{80, 30}));
  at.call(resize_to(70, 50, second.value().viewer));
  EXPECT_EQ(size_now(at), (terminal_size{70, 30}));
  leave(at, second);
  EXPECT_EQ(size_now(at), (terminal_size{100, 30}));
  leave(at, first);
  EXPECT_EQ(size_now(at), (terminal_size{100, 30}));
  at.call(resize_to(50, 20)); // nobody's: it holds until a viewer changes theirs
  EXPECT_EQ(size_now(at), (terminal_size{50, 20}));
}

TEST(terminal_size_policy, can_be_changed_while_it_is_viewed) {
  scene at;
  auto first = attach(at, 100, 30), second = attach(at, 80, 40);
  auto change = on<resize_terminal>("name:main");
  EXPECT_EQ(at.call(change).code(), errc::invalid_argument);
  change.resize = "smallest";
  EXPECT_EQ(*at.call(change).value().terminal, (terminal_size{80, 30}));
  change.cols = 5;
  EXPECT_EQ(at.call(change).code(), errc::invalid_argument);
}

TEST(terminal_size_policy, tells_the_viewers_whose_size_it_is_not) {
  scene at;
  auto first = attach(at, 100, 30), second = attach(at, 80, 40);
  std::vector<terminal_size> told_first, told_second;
  first.value().sizes->when_changed([&](terminal_size size) { told_first.push_back(size); });
  second.value().sizes->when_changed([&](terminal_size size) { told_second.push_back(size); });
  at.call(resize_to(81, 41, second.value().viewer));
  at.call(resize_to(81, 41, second.value().viewer));
  EXPECT_EQ(told_first, (std::vector<terminal_size>{{80, 40}, {81, 41}})); // also what came before it listened
  EXPECT_TRUE(told_second.empty());
  first.value().sizes->stop();
  at.call(resize_to(82, 42));
  EXPECT_EQ(told_first.size(), 2U);
  EXPECT_EQ(told_second, (std::vector<terminal_size>{{82, 42}}));
}

} // namespace strata::test
