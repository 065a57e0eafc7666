// SPDX-License-Identifier: MIT
#include "tests/actors/process_requests.hpp"

/// Which processes there may be, and what is asked of them.
namespace strata::test {

TEST(process, list_is_paged_and_filtered_newest_first) {
  scene at;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i)
    ids.push_back(at.call(starting(std::to_string(i))).value().id);
  at.box().end("1");
  at.settle();
  list_processes all;
  all.session.key = key();
  all.limit = 2;
  std::vector<std::string> seen;
  for (int pages = 0; pages < 3; ++pages) {
    const auto page = at.call(all).value();
    for (const auto& each : page.items)
      seen.push_back(each.id);
    all.cursor = page.next_cursor;
    EXPECT_EQ(page.next_cursor.empty(), pages == 2);
  }
  std::reverse(ids.begin(), ids.end());
  EXPECT_EQ(seen, ids);
  all.cursor.clear();
  all.states = {process_state::ended};
  EXPECT_EQ(at.call(all).value().items.size(), 1u);
  all.cursor = "nonsense";
  EXPECT_EQ(at.call(all).code(), errc::invalid_argument);
  at.expect_clean_end();
}

TEST(process, ended_ones_are_kept_up_to_a_limit) {
  runtime_options options;
  options.max_ended_processes = 3;
  scene at{options};
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(at.call(starting(std::to_string(i))).value().id);
    at.box().end(std::to_string(i));
    at.settle();
  }
  EXPECT_EQ(at.call(looking(ids[1])).code(), errc::process_not_found);
  EXPECT_TRUE(at.call(looking(ids[2])).succeeded());
  at.expect_clean_end();
}

TEST(process, keeps_of_its_arguments_what_a_list_shows) {
  scene at;
  auto request = starting("");
  request.argv.assign(4096, std::string(200, 'x'));
  const auto made = at.call(request).value();
  EXPECT_LE(made.argv.size(), 33u);
  EXPECT_EQ(made.argv.back(), "…");
  EXPECT_EQ(at.box().ran.at(0).argv, request.argv);
  at.expect_clean_end();
}

TEST(process, many_at_once_are_limited) {
  runtime_options options;
  options.max_processes = 2;
  scene at{options};
  at.call(starting("1"));
  at.call(starting("2"));
  EXPECT_EQ(at.call(starting("3")).code(), errc::overloaded);
  at.box().end("1");
  at.settle();
  EXPECT_TRUE(at.call(starting("3")).succeeded());
  at.expect_clean_end();
}

TEST(process, with_a_pty_is_a_terminal) {
  scene at;
  auto request = starting("vim");
  request.pty = pty_request{100, 30};
  request.terminal_name = "editor";
  const auto made = at.call(request).value();
  EXPECT_EQ(made.kind, process_kind::terminal);
  EXPECT_EQ(made.name, "editor");
  EXPECT_EQ(at.box().ran.at(0).terminal->cols, 100);
  EXPECT_NE(at.box().ran.at(0).input, nullptr);
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument); // the name is taken
  attach_terminal view;
  view.session.key = key();
  view.terminal = "editor";
  EXPECT_EQ(at.call(view).value().id, made.id);
  at.expect_clean_end();
}

TEST(process, ends_with_its_session) {
  scene at;
  const auto process = at.call(starting("sleep"));
  auto waiting = at.call(looking(process.value().id, 60'000));
  at.call(closing());
  EXPECT_TRUE(waiting.answered());
  EXPECT_EQ(at.call(looking(process.value().id)).code(), errc::session_not_found);
  at.expect_clean_end();
}

TEST(process, checks_what_it_is_asked) {
  scene at;
  auto request = starting("x");
  request.argv = {"y"};
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request = starting("");
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request = starting("x");
  request.stdin_mode = "file";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request = starting("x");
  request.terminal_name = "t"; // without pty
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request = starting("x");
  request.output.cap_bytes = 10;
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request = starting("x");
  request.create = "never";
  EXPECT_EQ(at.call(request).code(), errc::session_not_found);
  at.expect_clean_end();
}

} // namespace strata::test
