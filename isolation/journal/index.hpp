// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/journal/records.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>

namespace strata {

/// A stretch of one stream as it arrived.
struct index_entry {
  std::int64_t offset = 0;    ///< over all streams
  std::int64_t in_stream = 0; ///< within its stream
  std::int64_t length = 0;
  std::int64_t time_us = 0; ///< of its first byte, since the epoch
  output_stream stream = output_stream::out;
  bool lost = false; ///< its bytes were counted and could not be kept

  std::int64_t end() const noexcept { return offset + length; }
};

/// Where the bytes of a journal lie: which stretch of which stream at which offset. Keeps the head and the tail within
/// bounds of memory and bytes; in between is at most one gap. Pure; not thread safe.
class journal_index {
public:
  struct bounds {
    std::int64_t head_bytes = 0;
    std::int64_t tail_bytes = 0;
  };
  /// What an entry costs besides its bytes, so that single bytes from two streams in turn are bounded as well.
  static constexpr std::int64_t entry_cost = 48;
  /// Small writes are joined up to this size and time, so that a program that writes single bytes does not cost an
  /// entry each.
  static constexpr std::int64_t joined_bytes = 16 << 10;
  static constexpr std::int64_t joined_us = 10'000;

  explicit journal_index(bounds limits) noexcept : bounds_{limits} {}

  struct added {
    std::uint64_t slot; ///< entries are numbered from 0; a joined one keeps its number
    index_entry entry;
  };
  /// `hard`: the head takes no more, whatever the bounds.
  added add(output_stream stream, std::int64_t length, std::int64_t time_us, bool lost = false, bool hard = false);

  /// Drops what lies between head and tail and exceeds the bounds, but nothing at or after `needed`. Tells what was
  /// dropped. Does so in steps of up to 1 MiB, since giving back pages costs.
  /// `hard`: the tail may be 256 KiB, whatever the bounds.
  std::vector<index_entry> trim(std::int64_t needed, bool hard = false);
  /// Whether trim() would have to drop something at or after `needed`.
  bool exceeds(std::int64_t needed, bool hard = false) const noexcept;

  std::int64_t next() const noexcept { return next_; }
  std::int64_t bytes(output_stream stream) const noexcept { return streams_[static_cast<std::size_t>(stream)]; }
  /// Of what is kept, bytes and entries.
  std::int64_t cost() const noexcept { return head_cost_ + tail_cost_; }
  std::int64_t kept() const noexcept { return cost() - cost_of_entries(); }
  std::int64_t cost_of_entries() const noexcept { return entry_cost * static_cast<std::int64_t>(head_.size() + tail_.size()); }
  /// The first offset that is kept; next() when none is.
  std::int64_t oldest() const noexcept;
  bool keeps(std::int64_t offset) const noexcept { return offset >= tail_begin() || offset < head_end_; }
  /// The first offset at or after `offset` that is kept.
  std::int64_t kept_from(std::int64_t offset) const noexcept { return keeps(offset) ? offset : tail_begin(); }
  /// The slots that are kept: [0, head) and from `tail` on.
  std::uint64_t head_slots() const noexcept { return head_.size(); }
  std::uint64_t tail_slot() const noexcept { return tail_slot_; }

  /// The entries of `streams` from `offset` on, clipped to [offset, upto) and to `most` bytes of theirs; stops where
  /// something is not kept. `next`: where it stopped.
  struct stretch {
    std::vector<index_entry> entries;
    std::int64_t next;
  };
  stretch from(std::int64_t offset, std::int64_t upto, std::int64_t most, stream_set streams) const;

  /// Where the tail begins, over all streams and within each.
  struct position {
    std::int64_t offset = 0;
    std::array<std::int64_t, output_streams> streams{};
  };
  const position& before_tail() const noexcept { return before_tail_; }
  void for_each(const std::function<void(std::uint64_t slot, const index_entry& entry)>& see) const;
  /// Where the last `most` bytes of `streams` before `upto` begin.
  std::int64_t tail_of(stream_set streams, std::int64_t most, std::int64_t upto) const;

  // Reading one from a file: the entries of the head, the gap if there is one, the entries of the tail. False: that
  // cannot follow what is there. `before_gap`: it belongs to the head whatever its bounds are now.
  bool load(const index_entry& entry, bool before_gap);
  bool load_gap(std::uint64_t tail_slot, const position& before);

private:
  std::int64_t tail_begin() const noexcept { return tail_.empty() ? next_ : tail_.front().offset; }
  void moved_past(const index_entry& entry);
  std::int64_t tail_bound(bool hard) const noexcept {
    return hard ? std::min<std::int64_t>(bounds_.tail_bytes, 256 << 10) : bounds_.tail_bytes;
  }
  static std::int64_t cost_of(const index_entry& entry) noexcept { return entry.length + entry_cost; }

  bounds bounds_;
  std::deque<index_entry> head_, tail_; ///< tail_ directly follows head_ as long as nothing was dropped
  std::int64_t head_cost_ = 0, tail_cost_ = 0;
  std::int64_t head_end_ = 0;
  bool head_full_ = false;
  std::uint64_t tail_slot_ = 0;
  std::int64_t next_ = 0;
  std::array<std::int64_t, output_streams> streams_{};
  position before_tail_{}; ///< behind the last entry of the head, or that was dropped
};

} // namespace strata
