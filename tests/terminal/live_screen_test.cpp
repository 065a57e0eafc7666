// SPDX-License-Identifier: MIT
#include "isolation/terminal/live_screen.hpp"

#include "isolation/terminal/key_name.hpp"

#include <future>
#include <gtest/gtest.h>

using namespace strata;

namespace {

constexpr std::chrono::seconds patience{30};

/// One terminal's journal and its screen.
struct terminal {
  explicit terminal(journal::bounds bounds = {}, terminal_size size = {20, 4})
    : log{journal::make(bounds)}, screen{std::make_shared<live_screen>(log, size)} {}

  void write(std::string_view bytes) { log->append(output_stream::merged, bytes); }

  std::future<screen_page> look(std::optional<std::int64_t> seen = {}) {
    auto told = std::make_shared<std::promise<screen_page>>();
    screen->look(++last, seen, false,
                 [told](result<screen_page> page) { told->set_value(page ? std::move(*page) : screen_page{}); });
    return told->get_future();
  }
  screen_page now() {
    auto page = look();
    return page.wait_for(patience) == std::future_status::ready ? page.get() : screen_page{};
  }

  std::shared_ptr<journal> log;
  std::shared_ptr<live_screen> screen;
  std::uint64_t last = 0;
};

bool is_told(const std::future<screen_page>& page) { return page.wait_for(patience) == std::future_status::ready; }
bool waits(const std::future<screen_page>& page) { return page.wait_for(std::chrono::seconds{0}) == std::future_status::timeout; }

} // namespace

TEST(live_screen, shows_all_that_is_written_when_it_is_asked) {
  terminal at;
  EXPECT_EQ(at.now().view.lines[0], "");
  at.write("one\r\n");
  at.write("two");
  const auto page = at.now();
  EXPECT_EQ(page.view.lines, (std::vector<std::string>{"one", "two", "", ""}));
  EXPECT_EQ(page.offset, 8);
  EXPECT_FALSE(page.incomplete);
  EXPECT_FALSE(page.ended);
  EXPECT_EQ(at.now().version, page.version);
}

TEST(live_screen, tells_who_waits_for_another_version_when_there_is_one) {
  terminal at;
  at.write("$ ");
  const auto before = at.now();
  auto change = at.look(before.version);
  at.now(); // a look of somebody else changes nothing
  EXPECT_TRUE(waits(change));
  at.write("\x07"); // nor does a bell
  at.now();
  EXPECT_TRUE(waits(change));
  at.write("ls");
  ASSERT_TRUE(is_told(change));
  const auto page = change.get();
  EXPECT_EQ(page.view.lines[0], "$ ls");
  EXPECT_NE(page.version, before.version);
}

TEST(live_screen, tells_who_waits_no_longer_what_there_is) {
  terminal at;
  at.write("same");
  const auto before = at.now();
  auto change = at.look(before.version);
  at.screen->finish(at.last);
  ASSERT_TRUE(is_told(change));
  EXPECT_EQ(change.get().version, before.version);
}

TEST(live_screen, tells_the_end_to_who_waits_for_a_change) {
  terminal at;
  at.write("bye");
  auto change = at.look(at.now().version);
  at.log->end({"exited", 0, {}, {}, 0});
  ASSERT_TRUE(is_told(change));
  EXPECT_TRUE(change.get().ended);
  EXPECT_EQ(at.now().view.lines[0], "bye");
}

TEST(live_screen, is_made_anew_in_another_size) {
  terminal at;
  at.write("0123456789012345678901\r\n"); // wraps at 20
  EXPECT_EQ(at.now().view.lines[1], "01");
  at.screen->resized({40, 3});
  const auto page = at.now();
  EXPECT_EQ(page.view.lines, (std::vector<std::string>{"0123456789012345678901", "", ""}));
  EXPECT_EQ(page.size, (terminal_size{40, 3}));
  auto change = at.look(page.version);
  at.screen->resized({10, 4});
  ASSERT_TRUE(is_told(change));
  EXPECT_EQ(change.get().size.cols, 10);
  at.screen->resized({10, 4});
  EXPECT_EQ(at.now().version, at.now().version);
}

TEST(live_screen, says_when_output_that_made_it_is_not_kept) {
  terminal at{{.tail_bytes = 64 << 10}};
  EXPECT_FALSE(at.now().incomplete);
  for (int i = 0; i < 20'000; ++i)
    at.write("line " + std::to_string(i) + "\r\n");
  const auto page = at.now();
  EXPECT_TRUE(page.incomplete);
  EXPECT_EQ(page.view.lines[2], "line 19999");
  EXPECT_EQ(page.offset, at.log->next());
}

TEST(live_screen, is_made_anew_from_the_journal_after_a_rest) {
  terminal at;
  at.write("\x1b[?1049hfull");
  const auto before = at.now();
  at.screen->rest();
  const auto after = at.now();
  EXPECT_EQ(after.view.lines, before.view.lines);
  EXPECT_TRUE(after.view.alternate);
}

TEST(live_screen, encodes_keys_by_what_is_written_at_that_time) {
  terminal at;
  at.write("\x1b[?1h");
  std::promise<std::string> told;
  at.screen->encode(1, {*parse_key("up"), *parse_key("ctrl-c")},
                    [&](const result<std::string>& bytes) { told.set_value(*bytes); });
  auto bytes = told.get_future();
  ASSERT_EQ(bytes.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(bytes.get(), "\x1bOA\x03");
}

TEST(live_screen, many_resizes_cost_one_emulator) {
  terminal at;
  for (std::uint16_t i = 0; i < 5000; ++i)
    at.screen->resized({static_cast<std::uint16_t>(10 + i % 50), 4});
  at.screen->resized({33, 3});
  EXPECT_EQ(at.now().size, (terminal_size{33, 3}));
}
