// SPDX-License-Identifier: MIT
// The producer's side: bytes arrive, are kept within bounds, and end.
#include "isolation/journal/journal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

namespace strata {

namespace {

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// How long the next piece may be, so that what comes first fits into the head, however large the pieces are.
std::size_t piece_of(const journal_index& index, const journal::bounds& limits, std::size_t most) {
  const bool in_head = index.before_tail().offset == index.next();
  const auto room = in_head ? limits.head_bytes - index.cost() - journal_index::entry_cost : 0;
  return room > 0 ? std::min(most, static_cast<std::size_t>(room)) : most;
}

/// Of a file that takes no more; anything else is the pipe's.
bool is_full_disk(int failed) { return failed == ENOSPC || failed == EDQUOT || failed == EFBIG || failed == EIO; }

} // namespace

journal::journal(bounds limits) : bounds_{limits}, index_{{limits.head_bytes, limits.tail_bytes}} {}

void journal::put_at(std::shared_ptr<const journal_place> place, std::string name) {
  place_ = std::move(place);
  name_ = std::move(name);
}

bool journal::may_block(output_stream stream) const {
  const auto& to = store(stream);
  return to.is_on_disk() || (place_ && to.size() >= bounds_.memory_bytes);
}

stream_store::taken journal::take(output_stream stream, int pipe, std::size_t most) {
  auto& to = store(stream);
  {
    std::lock_guard guard{mutex_};
    most = piece_of(index_, bounds_, most);
  }
  if (to.size() >= bounds_.memory_bytes && !to.is_on_disk() && (place_ || to.is_in_memory()) && !disk_failed_)
    disk_failed_ = move_on(stream) != 0;
  auto got = stream_store::taken{0, ENOSPC};
  if (!disk_failed_ || !to.is_in_memory())
    got = to.take(pipe, most);
  const bool lost = got.bytes == 0 && is_full_disk(got.failed);
  if (lost)
    got = lose(stream, pipe, most);
  if (got.bytes > 0)
    arrived(stream, static_cast<std::int64_t>(got.bytes), lost);
  return got;
}

/// Away with what cannot be kept, so that the process does not hang on a full disk; it is counted.
stream_store::taken journal::lose(output_stream stream, int pipe, std::size_t most) {
  thread_local std::array<char, 64 << 10> chunk;
  const auto got = ::read(pipe, chunk.data(), std::min(most, chunk.size()));
  if (got <= 0)
    return {0, got < 0 ? errno : 0};
  store(stream).skip(got);
  return {static_cast<std::size_t>(got), 0};
}

void journal::append(output_stream stream, std::string_view bytes) {
  if (bytes.empty())
    return;
  std::unique_lock guard{mutex_};
  const auto piece = piece_of(index_, bounds_, bytes.size());
  guard.unlock();
  if (piece < bytes.size()) {
    append(stream, bytes.substr(0, piece));
    return append(stream, bytes.substr(piece));
  }
  auto& to = store(stream);
  if (to.size() >= bounds_.memory_bytes && !to.is_on_disk() && (place_ || to.is_in_memory()))
    move_on(stream);
  if (const bool lost = to.append(bytes) != 0; !lost || to.skip(static_cast<std::int64_t>(bytes.size())) == 0)
    arrived(stream, static_cast<std::int64_t>(bytes.size()), lost);
}

void journal::arrived(output_stream stream, std::int64_t length, bool lost) {
  std::unique_lock guard{mutex_};
  const auto added = index_.add(stream, length, now_us(), lost, is_too_much());
  if (place_ && !lost)
    place_->took(length);
  // A slot that a full disk does not take costs a later server the time of arrival, no bytes.
  log_.put(added.slot, added.entry);
  lost_ = lost_ || lost;
  const auto dropped = trim();
  std::vector<std::shared_ptr<cursor>> waiting;
  for (const auto& reader : readers_)
    if (reader->take)
      waiting.push_back(reader);
  guard.unlock();
  for (const auto& each : dropped)
    if (!each.lost) {
      store(each.stream).drop(each.in_stream, each.in_stream + each.length);
      if (place_)
        place_->took(-each.length);
    }
  for (const auto& reader : waiting)
    serve(reader);
}

/// Readers that hold the producer back may need what lies there or later.
std::int64_t journal::needed() const {
  auto least = index_.next();
  for (const auto& reader : readers_)
    if (reader->manner == lag::hold_back)
      least = std::min(least, reader->at);
  return least;
}

/// More than the bounds allow, or the session as a whole may keep.
bool journal::is_too_much() const { return place_ && place_->is_full(); }

bool journal::full_now() const { return index_.exceeds(needed(), is_too_much()); }

std::vector<index_entry> journal::trim() {
  auto dropped = index_.trim(needed(), is_too_much());
  if (dropped.empty())
    return dropped;
  capped_ = true;
  log_.trimmed(index_);
  return dropped;
}

bool journal::is_full() const {
  std::lock_guard guard{mutex_};
  return full_now();
}

void journal::when_room(std::function<void()> room) {
  {
    std::lock_guard guard{mutex_};
    if (full_now()) {
      when_room_.push_back(std::move(room));
      return;
    }
  }
  room();
}

void journal::give_room(std::unique_lock<std::mutex> guard) {
  std::vector<std::function<void()>> room;
  if (!when_room_.empty() && !full_now())
    room.swap(when_room_);
  guard.unlock();
  for (auto& go_on : room)
    go_on();
}

void journal::end(process_end how) {
  std::unique_lock guard{mutex_};
  if (end_)
    return;
  end_ = std::move(how);
  end_at_ = index_.next();
  for (std::size_t i = 0; i < output_streams; ++i)
    end_bytes_[i] = index_.bytes(static_cast<output_stream>(i));
  const auto readers = readers_;
  guard.unlock();
  for (const auto& reader : readers)
    serve(reader);
}

std::int64_t journal::next() const {
  std::lock_guard guard{mutex_};
  return index_.next();
}

std::int64_t journal::oldest() const {
  std::lock_guard guard{mutex_};
  return index_.oldest();
}

std::int64_t journal::bytes(output_stream stream) const {
  std::lock_guard guard{mutex_};
  return index_.bytes(stream);
}

std::int64_t journal::kept_bytes() const {
  std::lock_guard guard{mutex_};
  return index_.cost();
}

std::int64_t journal::memory_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& each : stores_)
    if (!each.is_on_disk())
      bytes += each.size();
  std::lock_guard guard{mutex_};
  return bytes + index_.cost_of_entries();
}

std::vector<std::string> journal::limits_hit() const {
  std::lock_guard guard{mutex_};
  std::vector<std::string> hit;
  if (capped_)
    hit.emplace_back("output");
  if (lost_)
    hit.emplace_back("disk");
  return hit;
}

} // namespace strata
