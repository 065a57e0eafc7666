// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/journal/index.hpp"
#include "isolation/journal/index_log.hpp"
#include "isolation/journal/journal_place.hpp"
#include "isolation/journal/records.hpp"
#include "isolation/journal/stream_store.hpp"

#include <array>
#include <atomic>
#include <boost/asio/system_executor.hpp>
#include <functional>
#include <memory>
#include <mutex>

namespace strata {

class journal_reader;

/// The output of one process: one append-only log over all its streams, of which head and tail are kept within bounds.
/// Readers have a cursor each; none slows another, and the producer only waits for one that holds it back.
///
/// What is short lies in memory; what is long, in files at its place (stream_store, index_log), which a killed server
/// leaves whole. keep() does the same for what is short: then it lies in memory that others hold as well.
/// Thread safe, but each stream has one producer at a time.
class journal : public std::enable_shared_from_this<journal> {
public:
  struct bounds {
    std::int64_t head_bytes = 0;
    std::int64_t tail_bytes = 4 << 20;
    std::int64_t skip_behind = 4 << 20;   ///< how far a reader that skips may be behind
    std::int64_t replay_bytes = 64 << 10; ///< where it goes on, before the present
    std::int64_t memory_bytes = 64 << 10; ///< per stream; what is longer goes to the disk
  };
  static std::shared_ptr<journal> make(bounds limits) { return std::shared_ptr<journal>{new journal{limits}}; }
  /// Its files go there, as `name`.stdout and so on; `name`: [a-z0-9-]+. Without a place they are anonymous, in memory.
  /// To be called before the first byte.
  void put_at(std::shared_ptr<const journal_place> place, std::string name);

  /// Producer: takes up to `most` bytes from a nonblocking pipe, and tells how many. EAGAIN: it is empty. What a full disk
  /// does not take is counted and lost, and told as a gap.
  stream_store::taken take(output_stream stream, int pipe, std::size_t most);
  /// Whether take() may block on the disk.
  bool may_block(output_stream stream) const;
  /// Where it may: the threads of the process that wait for disks.
  static boost::asio::system_executor disk() { return {}; }
  /// Producer: bytes that came from no pipe.
  void append(output_stream stream, std::string_view bytes);
  /// Producer: a reader that holds it back would lose something.
  bool is_full() const;
  /// Producer: `room` is called once when it is not full any more, at once when it is not now; on any thread.
  void when_room(std::function<void()> room);
  /// The process has ended: what a survivor of it writes later comes behind its end. The first end stands.
  void end(process_end how);
  /// Nothing more comes at all: what can be closed is closed.
  void settle();
  /// Removes its files.
  void discard();

  /// What a journal can be restored from when its server was killed, besides the files at its place.
  struct kept_files {
    kept_files() = default;
    std::array<unique_fd, output_streams> streams; ///< those of streams that it does not have are empty
    unique_fd index;
  };
  /// Puts what lies in this process' memory into memory that lives as long as somebody holds these descriptors.
  result<kept_files> keep(const std::vector<output_stream>& streams);
  /// A journal as a killed server left it, to be gone on with: every byte that was taken from a pipe is in it once.
  static result<std::shared_ptr<journal>> restore(bounds limits, std::shared_ptr<const journal_place> place, std::string name,
                                                  kept_files files);

  std::int64_t next() const;   ///< bytes so far
  std::int64_t oldest() const; ///< first offset that is kept
  std::int64_t bytes(output_stream stream) const;
  /// What it takes of memory and disk, about.
  std::int64_t kept_bytes() const;
  /// What of that is memory of this process.
  std::int64_t memory_bytes() const;
  /// What made bytes go missing: output (the cap), disk.
  std::vector<std::string> limits_hit() const;

  /// A reader from `since` on; what is not kept any more begins with a gap. `offset_out_of_range` beyond next().
  result<std::shared_ptr<journal_reader>> follow(std::int64_t since, lag manner, stream_set streams = {});
  /// A reader of the last `bytes` and what follows.
  std::shared_ptr<journal_reader> follow_tail(std::int64_t bytes, lag manner, stream_set streams = {});
  /// Head and tail of what these streams were before the end, at most `most` bytes; more of the tail when that is odd.
  output_view view(stream_set streams, std::size_t most) const;

private:
  friend class journal_reader;
  struct cursor {
    std::int64_t at = 0;
    lag manner = lag::catch_up;
    stream_set streams;
    std::int64_t skip_behind = 0;
    std::int64_t most = 0;
    bool now = false;                        ///< an empty batch will do
    bool busy = false;                       ///< its bytes are being read
    std::function<void(journal_batch)> take; ///< empty: it asks for nothing now
  };
  struct plan {
    journal_batch batch; ///< so far: a gap
    std::vector<index_entry> entries;
  };

  explicit journal(bounds limits);
  std::shared_ptr<journal_reader> add_reader(std::int64_t at, lag manner, stream_set streams);
  stream_store& store(output_stream stream) { return stores_[static_cast<std::size_t>(stream)]; }
  const stream_store& store(output_stream stream) const { return stores_[static_cast<std::size_t>(stream)]; }
  int move_on(output_stream stream);
  stream_store::taken lose(output_stream stream, int pipe, std::size_t most);
  void arrived(output_stream stream, std::int64_t length, bool lost);
  std::int64_t needed() const;
  bool is_too_much() const;
  bool full_now() const;
  std::vector<index_entry> trim();
  std::optional<plan> plan_for(cursor& reader);
  int fill(plan& what, bool may_block) const;
  void serve(const std::shared_ptr<cursor>& reader);
  bool serve(const std::shared_ptr<cursor>& reader, plan what, bool may_block);
  void give_room(std::unique_lock<std::mutex> guard);
  std::string file_name(std::string_view part) const { return name_ + '.' + std::string{part}; }

  const bounds bounds_;
  std::shared_ptr<const journal_place> place_;
  std::string name_;
  std::array<stream_store, output_streams> stores_;

  mutable std::mutex mutex_;
  journal_index index_;
  index_log log_;
  bool indexed_on_disk_ = false;
  std::atomic<bool> disk_failed_ = false;
  bool capped_ = false; ///< something was dropped
  bool lost_ = false;   ///< or could not be kept in the first place
  std::optional<process_end> end_;
  std::int64_t end_at_ = 0;
  std::array<std::int64_t, output_streams> end_bytes_{};
  std::vector<std::shared_ptr<cursor>> readers_;
  std::vector<std::function<void()>> when_room_;
};

/// One reader's cursor. Thread safe; destroying it lets a waiting producer go on.
class journal_reader {
public:
  journal_reader(std::shared_ptr<journal> of, std::shared_ptr<journal::cursor> at);
  ~journal_reader();
  journal_reader(const journal_reader&) = delete;
  journal_reader& operator=(const journal_reader&) = delete;

  /// Asks for what comes next, at most `most` bytes (at least 1). `take` is called once, at once or later, on any
  /// thread, and must not block; not begun any more after cancel(). One request at a time; who asks again from within
  /// `take` nests, so post it.
  void read(std::size_t most, std::function<void(journal_batch)> take);
  /// The same for what is there now: `take` is called soon, with nothing perhaps.
  void read_now(std::size_t most, std::function<void(journal_batch)> take);
  /// What was asked for and has not come is answered now, with nothing perhaps.
  void finish();
  void cancel();
  std::int64_t offset() const; ///< of the next byte that it reads

private:
  void ask(std::size_t most, bool now, std::function<void(journal_batch)> take);

  const std::shared_ptr<journal> of_;
  const std::shared_ptr<journal::cursor> cursor_;
};

} // namespace strata
