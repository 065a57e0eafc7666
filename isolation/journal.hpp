// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Where a byte came from. `merged`: both through one pipe, or a terminal.
enum class output_stream : std::uint8_t { out, err, merged };
std::string_view to_string(output_stream stream) noexcept; ///< stdout, stderr, output

/// How a process ended. `exit_code` is set only when the program itself exited.
struct process_end {
  std::string reason; ///< exited, signalled, timed_out, …
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::vector<std::string> limits_hit;
  std::int64_t left_running = 0;
};

/// A stretch of output: bytes, or the place where `gap` bytes are missing.
struct journal_record {
  std::int64_t offset = 0; ///< of its first byte, counted over all streams in the order in which they arrived
  output_stream stream = output_stream::out;
  std::chrono::system_clock::time_point time; ///< when its first byte arrived
  std::string bytes;
  std::int64_t gap = 0;
};

struct journal_batch {
  std::vector<journal_record> records;
  std::int64_t next = 0;          ///< where to go on
  std::optional<process_end> end; ///< set once nothing more comes; then records may still hold the last bytes
};

/// What happens to a reader that falls behind what the journal keeps.
enum class lag {
  catch_up, ///< the producer waits for it: nothing is lost
  skip      ///< it goes on near the present and is told the gap: it slows nobody
};

class journal_reader;

/// The output of one process: one append-only log over all its streams, kept in memory within bounds: its last
/// `kept_bytes`, and beyond them what a reader that catches up has not read yet (at most `window` and what one pipe
/// holds, since the producer waits then). Readers have a cursor each; none slows another. Thread safe.
class journal : public std::enable_shared_from_this<journal> {
public:
  struct bounds {
    std::size_t kept_bytes = 0;          ///< for readers that come later or skip
    std::size_t window = 256 << 10;      ///< unread bytes of a catch_up reader at which the producer waits
    std::size_t replay_bytes = 64 << 10; ///< where a reader that skipped goes on, before the present
  };
  static std::shared_ptr<journal> make(bounds limits) { return std::shared_ptr<journal>{new journal{limits}}; }

  /// Producer: bytes arrived. After end() they are dropped.
  void append(output_stream stream, std::string_view bytes);
  /// Producer: a catch_up reader is a window behind. False once it has been given way.
  bool is_full() const;
  /// Producer: `room` is called once when it is not full any more, at once when it is not now; on any thread.
  void when_room(std::function<void()> room);
  /// Nothing more comes. The first end stands.
  void end(process_end how);

  std::int64_t next() const;   ///< bytes so far
  std::int64_t oldest() const; ///< first offset that is kept

  /// A reader from `since` on; what is not kept any more begins with a gap. `offset_out_of_range` beyond next().
  result<std::shared_ptr<journal_reader>> follow(std::int64_t since, lag manner);
  /// A reader of the last `bytes` kept and what follows.
  std::shared_ptr<journal_reader> follow_tail(std::size_t bytes, lag manner);

private:
  friend class journal_reader;
  struct chunk {
    std::int64_t offset;
    output_stream stream;
    std::chrono::system_clock::time_point time;
    std::string bytes;
    std::int64_t end() const { return offset + static_cast<std::int64_t>(bytes.size()); }
  };
  struct cursor {
    std::int64_t at = 0;
    lag manner = lag::catch_up;
    std::size_t most = 0;
    std::function<void(journal_batch)> take; ///< empty: it asks for nothing now
  };
  using delivery = std::pair<std::function<void(journal_batch)>, journal_batch>;

  explicit journal(bounds limits) : bounds_{limits} {}
  std::shared_ptr<journal_reader> add_reader(std::int64_t at, lag manner);
  std::int64_t first_kept() const { return chunks_.empty() ? next_ : chunks_.front().offset; }
  bool full_now() const;
  void trim();
  std::optional<delivery> serve(cursor& reader);
  void serve_all(std::unique_lock<std::mutex> guard);

  const bounds bounds_;
  mutable std::mutex mutex_;
  std::deque<chunk> chunks_;
  std::int64_t next_ = 0;
  std::optional<process_end> end_;
  std::vector<cursor*> readers_;
  std::vector<std::function<void()>> when_room_;
};

/// One reader's cursor. Thread safe; destroying it lets a waiting producer go on.
class journal_reader {
public:
  journal_reader(std::shared_ptr<journal> of, std::unique_ptr<journal::cursor> at);
  ~journal_reader();
  journal_reader(const journal_reader&) = delete;
  journal_reader& operator=(const journal_reader&) = delete;

  /// Asks for what comes next, at most `most` bytes (at least 1). `take` is called once, at once or later, on any
  /// thread, and must not block; never after cancel(). One request at a time; who asks again from within `take` nests,
  /// so post it.
  void read(std::size_t most, std::function<void(journal_batch)> take);
  void cancel();
  std::int64_t offset() const; ///< of the next byte that it reads

private:
  const std::shared_ptr<journal> of_;
  const std::unique_ptr<journal::cursor> cursor_;
};

} // namespace strata
