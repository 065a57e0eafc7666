// SPDX-License-Identifier: MIT
#include "isolation/journal.hpp"

#include <gtest/gtest.h>

using namespace strata;

namespace {

/// What one reader got.
struct taken {
  std::string bytes;
  std::string streams; ///< o, e or m per record, - for a gap
  std::int64_t gap = 0;
  std::int64_t next = 0;
  std::optional<process_end> end;
  int batches = 0;
};

void take(journal_reader& reader, taken& into, std::size_t most = 1 << 20) {
  reader.read(most, [&into](journal_batch batch) {
    ++into.batches;
    for (auto& record : batch.records) {
      into.bytes += record.bytes;
      into.gap += record.gap;
      into.streams += record.gap > 0 ? '-' : "oem"[static_cast<int>(record.stream)];
    }
    into.next = batch.next;
    into.end = batch.end;
  });
}

process_end exited(int code) { return {"exited", code, {}, {}, 0}; }

} // namespace

TEST(journal, tells_all_streams_under_one_offset_in_order_of_arrival) {
  auto log = journal::make({});
  auto reader = log->follow(0, lag::catch_up).value();
  log->append(output_stream::out, "one");
  log->append(output_stream::err, "two");
  log->append(output_stream::out, "three");
  taken got;
  take(*reader, got);
  EXPECT_EQ(got.bytes, "onetwothree");
  EXPECT_EQ(got.streams, "oeo");
  EXPECT_EQ(got.next, 11);
  EXPECT_FALSE(got.end);
}

TEST(journal, answers_a_reader_that_asked_before_there_was_anything) {
  auto log = journal::make({});
  auto reader = log->follow(0, lag::catch_up).value();
  taken got;
  take(*reader, got);
  EXPECT_EQ(got.batches, 0);
  log->append(output_stream::merged, "x");
  EXPECT_EQ(got.bytes, "x");
  log->append(output_stream::merged, "y");
  EXPECT_EQ(got.bytes, "x"); // one answer for one question
}

TEST(journal, tells_the_end_with_the_last_bytes_and_only_then) {
  auto log = journal::make({});
  auto reader = log->follow(0, lag::catch_up).value();
  log->append(output_stream::out, "abc");
  log->end(exited(3));
  log->append(output_stream::out, "too late");
  log->end(exited(4));
  taken got;
  take(*reader, got, 2);
  EXPECT_EQ(got.bytes, "ab");
  EXPECT_FALSE(got.end);
  take(*reader, got, 2);
  EXPECT_EQ(got.bytes, "abc");
  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->exit_code, 3);
}

TEST(journal, is_full_while_a_reader_that_catches_up_is_a_window_behind) {
  auto log = journal::make({.window = 10});
  auto reader = log->follow(0, lag::catch_up).value();
  log->append(output_stream::out, "123456789");
  EXPECT_FALSE(log->is_full());
  log->append(output_stream::out, "0");
  EXPECT_TRUE(log->is_full());
  int room = 0;
  log->when_room([&] { ++room; });
  log->when_room([&] { ++room; });
  EXPECT_EQ(room, 0);
  taken got;
  take(*reader, got, 5);
  EXPECT_EQ(room, 2);
  EXPECT_EQ(got.bytes, "12345");
  log->append(output_stream::out, "abcdefghij");
  EXPECT_TRUE(log->is_full());
  log->when_room([&] { ++room; });
  reader.reset(); // nobody is waited for any more
  EXPECT_EQ(room, 3);
  EXPECT_EQ(log->oldest(), log->next());
}

TEST(journal, keeps_no_more_than_its_bounds) {
  auto log = journal::make({.kept_bytes = 100'000});
  const std::string piece(10'000, 'x');
  for (int i = 0; i < 100; ++i)
    log->append(output_stream::merged, piece);
  EXPECT_EQ(log->next(), 1'000'000);
  EXPECT_GE(log->oldest(), 1'000'000 - 120'000);
  EXPECT_LE(log->oldest(), 1'000'000 - 100'000);
}

TEST(journal, a_skipping_reader_goes_on_near_the_present_and_is_told_the_gap) {
  auto log = journal::make({.kept_bytes = 100'000, .replay_bytes = 1000});
  auto slow = log->follow(0, lag::skip).value();
  auto quick = log->follow(0, lag::skip).value();
  std::string seen;
  for (int i = 0; i < 50; ++i) {
    log->append(output_stream::merged, std::string(10'000, static_cast<char>('a' + i % 26)));
    taken got;
    take(*quick, got);
    EXPECT_EQ(got.gap, 0);
    seen += got.bytes;
  }
  EXPECT_FALSE(log->is_full());
  EXPECT_EQ(seen.size(), 500'000U);
  taken got;
  take(*slow, got);
  EXPECT_EQ(got.streams.front(), '-');
  EXPECT_EQ(got.gap, 499'000);
  EXPECT_EQ(got.bytes.size(), 1000U);
  EXPECT_EQ(got.next, 500'000);
}

TEST(journal, a_late_reader_begins_with_a_gap_where_nothing_is_kept) {
  auto log = journal::make({.kept_bytes = 0});
  log->append(output_stream::out, "gone");
  auto reader = log->follow(1, lag::catch_up).value();
  log->append(output_stream::out, "here");
  taken got;
  take(*reader, got);
  EXPECT_EQ(got.gap, 3);
  EXPECT_EQ(got.bytes, "here");
  EXPECT_EQ(log->follow(9, lag::skip).error().code, errc::offset_out_of_range);
  EXPECT_EQ(log->follow(-1, lag::skip).error().code, errc::offset_out_of_range);
}

TEST(journal, a_tail_reader_begins_with_the_last_bytes) {
  auto log = journal::make({.kept_bytes = 1000});
  log->append(output_stream::merged, "hello world");
  taken got;
  take(*log->follow_tail(5, lag::skip), got);
  EXPECT_EQ(got.bytes, "world");
}

TEST(journal, asks_nobody_after_cancel) {
  auto log = journal::make({});
  auto reader = log->follow(0, lag::catch_up).value();
  taken got;
  take(*reader, got);
  reader->cancel();
  log->append(output_stream::out, "x");
  EXPECT_EQ(got.batches, 0);
  take(*reader, got);
  EXPECT_EQ(got.bytes, "x");
}
