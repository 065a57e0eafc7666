// SPDX-License-Identifier: MIT
#include "isolation/journal/index.hpp"

#include <algorithm>
#include <cstdint>

namespace strata {

namespace {

/// Of head and tail each. Entries lie in memory wherever the bytes are, and a payload chooses how small it writes.
constexpr std::size_t most_entries = 32'768;

} // namespace

std::string_view to_string(output_stream stream) noexcept {
  switch (stream) {
  case output_stream::out: return "stdout";
  case output_stream::err: return "stderr";
  case output_stream::merged: return "output";
  }
  return {};
}

std::string_view to_string(gap_cause why) noexcept { return why == gap_cause::cap ? "cap" : "skipped"; }

journal_index::added journal_index::add(output_stream stream, std::int64_t length, std::int64_t time_us, bool lost, bool hard) {
  auto& in_stream = streams_[static_cast<std::size_t>(stream)];
  const auto joins = [&](const index_entry& last) {
    return last.stream == stream && last.lost == lost && (lost || last.length + length <= joined_bytes)
           && time_us - last.time_us < joined_us;
  };
  auto& last_part = tail_.empty() ? head_ : tail_;
  const bool in_head = tail_.empty();
  const auto last_slot = (in_head ? head_.size() : tail_slot_ + tail_.size()) - 1;
  index_entry entry{next_, in_stream, length, time_us, stream, lost};
  in_stream += length;
  next_ += length;
  if (!last_part.empty() && last_part.back().end() == entry.offset && joins(last_part.back())
      && (!in_head || head_cost_ + length <= bounds_.head_bytes)) {
    last_part.back().length += length;
    (in_head ? head_cost_ : tail_cost_) += length;
    if (in_head) {
      head_end_ = next_;
      moved_past(head_.back());
    }
    return {last_slot, last_part.back()};
  }
  if (!head_full_ && !hard && head_.size() < most_entries && head_cost_ + cost_of(entry) <= bounds_.head_bytes) {
    head_.push_back(entry);
    head_cost_ += cost_of(entry);
    head_end_ = next_;
    tail_slot_ = head_.size();
    moved_past(entry);
    return {head_.size() - 1, entry};
  }
  head_full_ = true;
  tail_.push_back(entry);
  tail_cost_ += cost_of(entry);
  return {tail_slot_ + tail_.size() - 1, entry};
}

bool journal_index::exceeds(std::int64_t needed, bool hard) const noexcept {
  const bool too_much = tail_cost_ > tail_bound(hard) || tail_.size() > most_entries;
  return too_much && !tail_.empty() && tail_.front().end() > needed;
}

std::vector<index_entry> journal_index::trim(std::int64_t needed, bool hard) {
  std::vector<index_entry> dropped;
  const auto bound = tail_bound(hard);
  const auto slack = std::min<std::int64_t>(bound / 8, 1 << 20);
  const bool too_many = tail_.size() > most_entries + most_entries / 8;
  if (tail_cost_ <= bound + slack && !too_many)
    return dropped;
  // What is left is never less than a bound.
  const auto spare = [&] { return tail_cost_ - cost_of(tail_.front()) >= bound || tail_.size() > most_entries; };
  while (!tail_.empty() && spare() && tail_.front().end() <= needed) {
    tail_cost_ -= cost_of(tail_.front());
    moved_past(tail_.front());
    dropped.push_back(tail_.front());
    tail_.pop_front();
    ++tail_slot_;
  }
  return dropped;
}

std::int64_t journal_index::oldest() const noexcept { return head_.empty() ? tail_begin() : 0; }

journal_index::stretch journal_index::from(std::int64_t offset, std::int64_t upto, std::int64_t most, stream_set streams) const {
  stretch found{{}, offset};
  for (const auto* part : {&head_, &tail_}) {
    auto entry = std::upper_bound(part->begin(), part->end(), found.next,
                                  [](std::int64_t at, const index_entry& each) { return at < each.end(); });
    for (; entry != part->end() && found.next < upto && most > 0; ++entry) {
      if (entry->offset > found.next)
        return found; // a gap
      if (!streams.has(entry->stream)) {
        found.next = std::min(entry->end(), upto);
        continue;
      }
      auto clipped = *entry;
      const auto skipped = found.next - entry->offset;
      clipped.offset += skipped;
      clipped.in_stream += skipped;
      clipped.length = std::min({entry->length - skipped, upto - found.next, entry->lost ? entry->length : most});
      most -= clipped.lost ? 0 : clipped.length;
      found.next = clipped.end();
      found.entries.push_back(clipped);
    }
  }
  return found;
}

void journal_index::moved_past(const index_entry& entry) {
  before_tail_.offset = entry.end();
  before_tail_.streams[static_cast<std::size_t>(entry.stream)] = entry.in_stream + entry.length;
}

void journal_index::for_each(const std::function<void(std::uint64_t slot, const index_entry& entry)>& see) const {
  for (std::uint64_t slot = 0; const auto& entry : head_)
    see(slot++, entry);
  for (auto slot = tail_slot_; const auto& entry : tail_)
    see(slot++, entry);
}

std::int64_t journal_index::tail_of(stream_set streams, std::int64_t most, std::int64_t upto) const {
  for (const auto* part : {&tail_, &head_})
    for (auto entry = part->rbegin(); entry != part->rend(); ++entry) {
      if (entry->offset >= upto || !streams.has(entry->stream))
        continue;
      const auto length = std::min(entry->end(), upto) - entry->offset;
      if (length >= most)
        return entry->offset + length - most;
      most -= length;
    }
  return oldest();
}

bool journal_index::load(const index_entry& entry, bool before_gap) {
  auto& in_stream = streams_[static_cast<std::size_t>(entry.stream)];
  if (entry.length <= 0 || entry.offset != next_ || entry.in_stream != in_stream || entry.length > INT64_MAX / 4 - next_)
    return false;
  in_stream += entry.length;
  next_ = entry.end();
  const bool tail = !before_gap && (head_full_ || head_cost_ + cost_of(entry) > bounds_.head_bytes);
  (tail ? tail_ : head_).push_back(entry);
  (tail ? tail_cost_ : head_cost_) += cost_of(entry);
  head_full_ = head_full_ || tail;
  if (!tail) {
    head_end_ = next_;
    tail_slot_ = head_.size();
    moved_past(entry);
  }
  return true;
}

bool journal_index::load_gap(std::uint64_t tail_slot, const position& before) {
  if (before.offset < next_ || before.offset > INT64_MAX / 4)
    return false;
  for (std::size_t stream = 0; stream < output_streams; ++stream)
    if (before.streams[stream] < streams_[stream] || before.streams[stream] > before.offset)
      return false;
  next_ = before.offset;
  streams_ = before.streams;
  before_tail_ = before;
  tail_slot_ = tail_slot;
  head_full_ = true;
  return true;
}

} // namespace strata
