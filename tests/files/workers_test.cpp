// SPDX-License-Identifier: MIT
// How the server has its operations on files done: programs started, used again, given up and ended.
#include "tests/files/workers_fixture.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;

namespace {

class workers : public file_workers_test {};

} // namespace

TEST_F(workers, are_started_when_needed_and_used_again) {
  EXPECT_EQ(stat(in.path).value().info.type, file_type::directory);
  EXPECT_EQ(stat(in / "none").error().code, errc::file_not_found);
  fill(in / "x", "content");
  EXPECT_EQ(read(in / "x").value(), "content");
  EXPECT_EQ(started_, 1);
  EXPECT_TRUE(stat(in.path, "bob")); // as somebody else it is another one
  EXPECT_EQ(started_, 2);
  EXPECT_EQ(stat(in.path, "nobody-knows").error().code, errc::user_not_found);
}

TEST_F(workers, carry_any_number_of_bytes) {
  std::string bytes(5'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 2654435761U >> 16);
  const auto sink = begin_write(in / "large");
  for (std::size_t at = 0; at < bytes.size(); at += 777'777)
    ASSERT_TRUE(give(*sink, bytes.substr(at, 777'777)));
  const auto made = finish(*sink);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size, 5'000'000);
  EXPECT_EQ(read(in / "large").value(), bytes);
}

TEST_F(workers, tell_why_bytes_are_not_taken) {
  const auto sink = begin_write(in / "none/x");
  result<void> taken;
  while (taken)
    taken = give(*sink, std::string(64 << 10, 'x'));
  EXPECT_EQ(taken.error().code, errc::file_not_found);
  EXPECT_EQ(finish(*sink).error().code, errc::file_not_found);
  EXPECT_EQ(finish(*begin_write(in.path)).error().code, errc::is_a_directory);
}

TEST_F(workers, undo_what_is_dropped) {
  fill(in / "x", "old");
  {
    const auto sink = begin_write(in / "x");
    ASSERT_TRUE(give(*sink, "new"));
    while (names_in(in.path).size() == 1) // its bytes are in a file beside
      std::this_thread::yield();
  }
  while (names_in(in.path).size() == 2)
    std::this_thread::yield();
  EXPECT_EQ(content_of(in / "x"), "old");
}

TEST_F(workers, wait_for_each_other_and_not_for_ever) {
  file_workers::limits within;
  within.workers = 1;
  within.waiting = 1;
  pool(within);
  auto sink = begin_write(in / "x");
  auto [done, waits] = expecting<file_answer>();
  const auto number = pool().ask("", files_message::stat, wire::encode(wire::files_stat{in.path}), done);
  EXPECT_EQ(stat(in.path).error().code, errc::overloaded);
  pool().cancel(number);
  EXPECT_EQ(waits->future.get().error().code, errc::session_lost);
  auto [again, waits_too] = expecting<file_answer>();
  pool().ask("bob", files_message::stat, wire::encode(wire::files_stat{in.path}), again);
  EXPECT_TRUE(finish(*sink));
  sink.reset();
  EXPECT_TRUE(waits_too->future.get());
}

TEST_F(workers, refuse_who_has_waited_too_long) {
  file_workers::limits within;
  within.workers = 1;
  within.queue_patience = std::chrono::milliseconds{1};
  pool(within);
  const auto sink = begin_write(in / "x");
  EXPECT_EQ(stat(in.path).error().code, errc::overloaded);
}

TEST_F(workers, that_do_not_answer_are_given_up_and_killed) {
  silent_ = true;
  file_workers::limits within;
  within.answer_patience = within.data_patience = within.end_grace = std::chrono::milliseconds{1};
  pool(within);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
  EXPECT_TRUE(wait([&] { return ended_.size() == 2; }));
  EXPECT_THAT(ended_, testing::ElementsAre("files-1", "files-2"));
}

TEST_F(workers, that_talk_nonsense_are_not_believed) {
  silent_ = true;
  const std::vector<std::string> nonsense{
    wire::encode(wire::files_stat{}),                          // no head at all
    std::string("\x00\x02\x00\x00\xff\xff\xff\xff", 8),        // an info of 4 GiB
    std::string("\x00\x02\x00\x00\x02\x00\x00\x00", 8) + "xx", // one that is none
    std::string("\x00\x01\x00\x00\x00\x00\x10\x00", 8),        // data beyond what is agreed
  };
  for (const auto& bytes : nonsense) {
    auto [done, coming] = expecting<file_answer>();
    pool().ask("", files_message::stat, wire::encode(wire::files_stat{"/"}), done);
    ASSERT_TRUE(wait([&] { return !silent_ends_.empty(); }));
    ASSERT_EQ(::send(silent_ends_.back().get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    silent_ends_.clear();
    EXPECT_EQ(coming->future.get().error().code, errc::session_lost);
  }
}

TEST_F(workers, of_a_sandbox_that_ends_fail_what_is_under_way) {
  silent_ = true;
  auto [done, coming] = expecting<file_answer>();
  pool().ask("", files_message::stat, wire::encode(wire::files_stat{"/"}), done);
  pool().close();
  EXPECT_EQ(coming->future.get().error().code, errc::session_lost);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
}
