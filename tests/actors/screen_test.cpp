// SPDX-License-Identifier: MIT
#include "tests/actors/process_requests.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

/// What is on the screen of a terminal, by virtual time; the emulation itself runs beside, so it is waited for.
namespace strata::test {

namespace {

open_terminal terminal(const std::string& name = "main") {
  open_terminal request;
  request.session.key = key();
  request.terminal = name;
  return request;
}

get_screen screen_of(const std::string& name = "main") { return on<get_screen>("name:" + name); }

void write(scene& at, std::string_view bytes) { at.box().ran.at(0).output->append(output_stream::merged, bytes); }

/// Settles until it is answered: a look may take several tellings.
template <class Response> void await(scene& at, const outcome<Response>& answer) {
  for (int i = 0; i < 100 && !answer.answered(); ++i)
    at.settle_next();
  EXPECT_TRUE(answer.answered());
}

} // namespace

TEST(screen_call, answers_with_what_is_there) {
  scene at;
  const auto made = at.call(terminal());
  write(at, "hello");
  auto seen = at.call(screen_of());
  await(at, seen);
  EXPECT_EQ(seen.value().page.view.lines[0], "hello");
  EXPECT_EQ(seen.value().id, made.value().id);
  EXPECT_EQ(seen.value().name, "main");
  EXPECT_EQ(seen.value().state, process_state::running);
  auto by_id = at.call(on<get_screen>(made.value().id));
  await(at, by_id);
  EXPECT_TRUE(by_id.succeeded());
  EXPECT_EQ(at.call(screen_of("other")).code(), errc::terminal_not_found);
  const auto process = at.call(starting("cat"));
  EXPECT_EQ(at.call(on<get_screen>(process.value().id)).code(), errc::terminal_not_found);
}

TEST(screen_call, waits_for_another_version_no_longer_than_its_patience) {
  scene at;
  at.call(terminal());
  write(at, "$ ");
  auto first = at.call(screen_of());
  await(at, first);
  auto asked = screen_of();
  asked.version = first.value().page.version;
  asked.wait_ms = 5000;
  auto unchanged = at.call(asked);
  at.advance(seconds{4});
  EXPECT_FALSE(unchanged.answered());
  at.advance(seconds{1});
  await(at, unchanged);
  EXPECT_EQ(unchanged.value().page.version, first.value().page.version);
  auto changed = at.call(asked);
  write(at, "ls");
  await(at, changed);
  EXPECT_EQ(changed.value().page.view.lines[0], "$ ls");
}

TEST(screen_call, waits_for_a_screen_that_stands_still) {
  scene at;
  at.call(terminal());
  auto asked = screen_of();
  asked.quiet_ms = 300;
  asked.wait_ms = 5000;
  auto still = at.call(asked);
  at.settle_next(); // the first look
  at.advance(milliseconds{200});
  write(at, "still drawing");
  at.settle_next(); // told the change: the quiet begins anew
  at.advance(milliseconds{200});
  EXPECT_FALSE(still.answered());
  at.advance(milliseconds{100});
  await(at, still);
  EXPECT_EQ(still.value().page.view.lines[0], "still drawing");
}

TEST(screen_call, of_a_program_that_never_stands_still_ends_with_its_patience) {
  scene at;
  at.call(terminal());
  auto asked = screen_of();
  asked.quiet_ms = 1000; // and the usual patience, three seconds
  auto restless = at.call(asked);
  at.settle_next();
  for (int i = 0; i < 5; ++i) {
    at.advance(milliseconds{500});
    write(at, "tick");
    at.settle_next();
    EXPECT_FALSE(restless.answered());
  }
  at.advance(milliseconds{500});
  await(at, restless);
  EXPECT_TRUE(restless.succeeded());
}

TEST(screen_call, is_answered_when_its_client_leaves_its_program_ends_or_its_session_closes) {
  scene at;
  at.call(terminal());
  write(at, "x");
  auto first = at.call(screen_of());
  await(at, first);
  auto asked = screen_of();
  asked.version = first.value().page.version;
  asked.wait_ms = 60'000;
  auto left = at.call(asked);
  left.disconnect();
  await(at, left);
  auto ended = at.call(asked);
  at.box().end("", result<command_end>{exited(0)});
  await(at, ended);
  EXPECT_EQ(ended.value().state, process_state::ended);
  at.call(terminal("two"));
  auto closed = at.call([] {
    auto wish = screen_of("two");
    wish.quiet_ms = 60'000;
    wish.wait_ms = 60'000;
    return wish;
  }());
  at.call(closing());
  EXPECT_EQ(closed.code(), errc::session_not_found);
}

TEST(screen_call, too_large_a_terminal_has_none) {
  scene at;
  auto large = terminal();
  large.cols = large.rows = 1000;
  at.call(large);
  EXPECT_EQ(at.call(screen_of()).code(), errc::too_large);
  auto long_wait = screen_of();
  long_wait.wait_ms = 60'001;
  EXPECT_EQ(at.call(long_wait).code(), errc::invalid_argument);
}

TEST(terminal_keys, become_input_as_the_program_wants_them) {
  scene at;
  at.call(terminal());
  write(at, "\x1b[?1h");
  auto typed = on<write_stdin>("name:main");
  typed.bytes = "ab";
  typed.keys = {"up", "enter"};
  typed.wait_ms = 0;
  auto accepted = at.call(typed);
  await(at, accepted);
  EXPECT_EQ(accepted.value().accepted, 6);
  EXPECT_EQ(at.box().ran.at(0).input->take()->bytes, "ab\x1bOA\r");
  typed.keys = {"ctrl-c"}; // needs no look at the screen
  EXPECT_TRUE(at.call(typed).succeeded());
  typed.keys = {"nonsense"};
  EXPECT_EQ(at.call(typed).code(), errc::invalid_argument);
  typed.keys = std::vector<std::string>(257, "a");
  EXPECT_EQ(at.call(typed).code(), errc::invalid_argument);
  auto piped = starting("cat");
  piped.stdin_mode = "pipe";
  typed.process = at.call(piped).value().id;
  typed.keys = {"enter"};
  EXPECT_EQ(at.call(typed).code(), errc::invalid_argument);
}

/// An emulator is a process of the host.
TEST(terminal_keys, of_many_terminals_leave_few_emulators) {
  const auto emulators = [] {
    int count = 0;
    for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task"}) {
      std::ifstream children{thread.path() / "children"};
      for (int each = 0; children >> each;)
        ++count;
    }
    return count;
  };
  scene at;
  for (int i = 0; i < 8; ++i) {
    const auto name = "t" + std::to_string(i);
    at.call(terminal(name));
    auto typed = on<write_stdin>("name:" + name);
    typed.keys = {"up"};
    typed.wait_ms = 0;
    auto accepted = at.call(typed);
    await(at, accepted);
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (emulators() > 4 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  EXPECT_EQ(emulators(), 4);
}

} // namespace strata::test
