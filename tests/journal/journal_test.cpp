// SPDX-License-Identifier: MIT
#include "isolation/journal/journal.hpp"

#include <fmt/format.h>
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
  auto reader = log->follow(0, lag::hold_back).value();
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
  auto reader = log->follow(0, lag::hold_back).value();
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
  auto reader = log->follow(0, lag::hold_back).value();
  log->append(output_stream::out, "abc");
  log->end(exited(3));
  log->append(output_stream::out, "of a survivor");
  log->end(exited(4));
  taken got;
  take(*reader, got, 2);
  EXPECT_EQ(got.bytes, "ab");
  EXPECT_FALSE(got.end);
  take(*reader, got, 20);
  EXPECT_EQ(got.bytes, "abc");
  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->exit_code, 3);
  take(*reader, got, 20);
  EXPECT_EQ(got.bytes, "abcof a survivor");
  EXPECT_TRUE(got.end);
}

TEST(journal, is_full_while_a_reader_that_holds_it_back_would_lose_something) {
  auto log = journal::make({.tail_bytes = 10 + journal_index::entry_cost});
  auto reader = log->follow(0, lag::hold_back).value();
  auto another = log->follow(0, lag::catch_up).value();
  log->append(output_stream::out, "1234567890");
  EXPECT_FALSE(log->is_full());
  log->append(output_stream::out, "a");
  EXPECT_TRUE(log->is_full());
  int room = 0;
  log->when_room([&] { ++room; });
  log->when_room([&] { ++room; });
  EXPECT_EQ(room, 0);
  taken got;
  take(*reader, got, 5);
  EXPECT_EQ(room, 0);
  take(*reader, got, 50);
  EXPECT_EQ(room, 2);
  EXPECT_EQ(got.bytes, "1234567890a");
  EXPECT_FALSE(log->is_full()); // the other one is waited for by nobody
  log->append(output_stream::err, std::string(100, 'x'));
  EXPECT_TRUE(log->is_full());
  log->when_room([&] { ++room; });
  reader.reset();
  EXPECT_EQ(room, 3);
}

TEST(journal, keeps_no_more_than_its_bounds) {
  auto log = journal::make({.tail_bytes = 100'000});
  const std::string piece(10'000, 'x');
  for (int i = 0; i < 100; ++i)
    log->append(output_stream::merged, piece);
  EXPECT_EQ(log->next(), 1'000'000);
  EXPECT_GE(log->oldest(), 1'000'000 - 120'000);
  EXPECT_LE(log->oldest(), 1'000'000 - 100'000);
}

TEST(journal, a_skipping_reader_goes_on_near_the_present_and_is_told_the_gap) {
  auto log = journal::make({.tail_bytes = 100'000, .skip_behind = 100'000, .replay_bytes = 1000});
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
  auto log = journal::make({.tail_bytes = 0});
  log->append(output_stream::out, "gone");
  auto reader = log->follow(1, lag::hold_back).value();
  log->append(output_stream::out, "here");
  taken got;
  take(*reader, got);
  EXPECT_EQ(got.gap, 3);
  EXPECT_EQ(got.bytes, "here");
  EXPECT_EQ(log->follow(9, lag::skip).error().code, errc::offset_out_of_range);
  EXPECT_EQ(log->follow(-1, lag::skip).error().code, errc::offset_out_of_range);
}

TEST(journal, a_tail_reader_begins_with_the_last_bytes) {
  auto log = journal::make({.tail_bytes = 1000});
  log->append(output_stream::merged, "hello world");
  taken got;
  take(*log->follow_tail(5, lag::skip), got);
  EXPECT_EQ(got.bytes, "world");
}

TEST(journal, keeps_head_and_tail_and_tells_exactly_what_is_missing) {
  auto log = journal::make({.head_bytes = 50'000, .tail_bytes = 50'000});
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const auto piece = fmt::format("{:<999}\n", i);
    all += piece;
    log->append(i % 3 == 0 ? output_stream::err : output_stream::out, piece);
  }
  auto reader = log->follow(0, lag::catch_up).value();
  std::string seen;
  std::size_t head = 0;
  std::int64_t gaps = 0;
  reader->read(10 << 20, [&](const journal_batch& batch) {
    head = static_cast<std::size_t>(batch.next); // never across what is missing
    for (const auto& record : batch.records)
      seen += record.bytes;
  });
  reader->read(10 << 20, [&](const journal_batch& batch) {
    ASSERT_EQ(batch.records.front().why, gap_cause::cap);
    EXPECT_EQ(batch.records.front().offset, static_cast<std::int64_t>(seen.size()));
    gaps = batch.records.front().gap;
    EXPECT_EQ(batch.records[1].offset, static_cast<std::int64_t>(seen.size()) + gaps);
    for (const auto& record : batch.records)
      seen += record.bytes;
    EXPECT_EQ(batch.next, 1'000'000);
  });
  EXPECT_EQ(static_cast<std::int64_t>(seen.size()) + gaps, 1'000'000);
  EXPECT_GE(head, 45'000U);
  EXPECT_EQ(seen.substr(0, head), all.substr(0, head));
  EXPECT_EQ(seen.substr(head), all.substr(all.size() - (seen.size() - head)));
  EXPECT_GE(seen.size(), 90'000U);
  EXPECT_LE(seen.size(), 110'000U);
  EXPECT_EQ(log->limits_hit(), std::vector<std::string>{"output"});
}

TEST(journal, reads_one_stream_by_the_same_offsets) {
  auto log = journal::make({});
  log->append(output_stream::out, "one");
  log->append(output_stream::err, "two");
  log->append(output_stream::out, "three");
  log->end(exited(0));
  auto reader = log->follow(1, lag::catch_up, stream_set{output_stream::err}).value();
  taken got;
  take(*reader, got);
  EXPECT_EQ(got.bytes, "two");
  EXPECT_EQ(got.next, 11);
  EXPECT_TRUE(got.end);
  auto tail = log->follow_tail(4, lag::catch_up, stream_set{output_stream::out});
  taken last;
  take(*tail, last);
  EXPECT_EQ(last.bytes, "hree");
}

TEST(journal, bounds_single_bytes_of_streams_in_turn) {
  auto log = journal::make({.head_bytes = 10'000, .tail_bytes = 10'000});
  for (int i = 0; i < 100'000; ++i)
    log->append(i % 2 == 0 ? output_stream::out : output_stream::err, "x");
  std::int64_t kept = 0;
  auto reader = log->follow(0, lag::catch_up).value();
  for (std::int64_t next = 0; next < 100'000;)
    reader->read(1 << 20, [&](const journal_batch& batch) {
      for (const auto& record : batch.records)
        kept += static_cast<std::int64_t>(record.bytes.size());
      next = batch.next;
    });
  EXPECT_LE(kept, 20'000 / journal_index::entry_cost * 2);
}

TEST(journal, bounds_its_index_whatever_its_bytes_may_take) {
  auto log = journal::make({.head_bytes = 256 << 20, .tail_bytes = 256 << 20});
  for (int i = 0; i < 200'000; ++i)
    log->append(i % 2 == 0 ? output_stream::out : output_stream::err, "x");
  EXPECT_EQ(log->next(), 200'000);
  EXPECT_LE(log->kept_bytes(), 72'000 * (journal_index::entry_cost + 1));
  EXPECT_GE(log->kept_bytes(), 60'000 * (journal_index::entry_cost + 1));
  EXPECT_EQ(log->limits_hit(), std::vector<std::string>{"output"});
}

TEST(journal, shows_head_and_tail_of_a_stream) {
  for (std::size_t chunk : {1U, 3U, 7U, 64U, 999U, 1000U}) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
      text += static_cast<char>('a' + i % 26);
    auto log = journal::make({});
    for (std::size_t at = 0; at < text.size(); at += chunk) {
      log->append(output_stream::out, text.substr(at, chunk));
      log->append(output_stream::err, "noise");
    }
    const auto view = log->view(stream_set{output_stream::out}, 101);
    EXPECT_EQ(view.data, text.substr(0, 50) + text.substr(text.size() - 51)) << chunk;
    EXPECT_EQ(view.gap_at, 50) << chunk;
    EXPECT_EQ(view.bytes, 1000) << chunk;
    EXPECT_EQ(log->view(stream_set{output_stream::out}, 1000).data, text);
    EXPECT_EQ(log->view(stream_set{output_stream::out}, 1000).gap_at, -1);
    EXPECT_EQ(log->view(stream_set{output_stream::out}, 0).gap_at, 0);
    EXPECT_EQ(log->view(stream_set{output_stream::merged}, 0).gap_at, -1);
  }
}

TEST(journal, asks_nobody_after_cancel) {
  auto log = journal::make({});
  auto reader = log->follow(0, lag::hold_back).value();
  taken got;
  take(*reader, got);
  reader->cancel();
  log->append(output_stream::out, "x");
  EXPECT_EQ(got.batches, 0);
  take(*reader, got);
  EXPECT_EQ(got.bytes, "x");
}
