// SPDX-License-Identifier: MIT
// The readers' side. What a reader gets is planned under the lock, read without it, and taken back when it was dropped
// meanwhile: so a slow disk holds up nobody but its reader.
#include "isolation/journal/disk_jobs.hpp"
#include "isolation/journal/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace strata {

namespace {

std::chrono::system_clock::time_point time_of(const index_entry& entry) {
  return std::chrono::system_clock::time_point{std::chrono::microseconds{entry.time_us}};
}

journal_record gap_of(std::int64_t offset, std::int64_t length, gap_cause why) {
  return {offset, output_stream::merged, std::chrono::system_clock::now(), {}, length, why};
}

} // namespace

result<std::shared_ptr<journal_reader>> journal::follow(std::int64_t since, lag manner, stream_set streams) {
  std::lock_guard guard{mutex_};
  if (since < 0 || since > index_.next())
    return error{errc::offset_out_of_range, fmt::format("read output from {}: it ends at {}", since, index_.next())};
  return add_reader(since, manner, streams);
}

std::shared_ptr<journal_reader> journal::follow_tail(std::int64_t bytes, lag manner, stream_set streams) {
  std::lock_guard guard{mutex_};
  return add_reader(bytes > 0 ? index_.tail_of(streams, bytes, index_.next()) : index_.next(), manner, streams);
}

std::shared_ptr<journal_reader> journal::add_reader(std::int64_t at, lag manner, stream_set streams) {
  auto made = std::make_shared<cursor>();
  made->at = at;
  made->manner = manner;
  made->streams = streams;
  made->skip_behind = index_.next() - at + bounds_.skip_behind;
  readers_.push_back(made);
  return std::make_shared<journal_reader>(shared_from_this(), std::move(made));
}

/// What that reader asked for, if it is there. Moves its cursor over what is missing.
std::optional<journal::plan> journal::plan_for(cursor& reader) {
  const auto next = index_.next();
  if (!reader.take || reader.busy || (reader.at == next && !end_ && !reader.now))
    return std::nullopt;
  // A reader that comes to the end hears of it before it hears of what survivors wrote later.
  const auto upto = end_ && reader.at < end_at_ ? end_at_ : next;
  plan what;
  const auto skip_to = [&](std::int64_t to, gap_cause why) {
    if (to <= reader.at)
      return;
    what.batch.records.push_back(gap_of(reader.at, to - reader.at, why));
    reader.at = to;
  };
  if (reader.manner == lag::skip && upto - reader.at > reader.skip_behind)
    skip_to(std::min(index_.kept_from(upto - bounds_.replay_bytes), upto), gap_cause::skipped);
  skip_to(std::min(index_.kept_from(reader.at), upto), gap_cause::cap);
  auto stretch = index_.from(reader.at, upto, reader.most, reader.streams);
  what.entries = std::move(stretch.entries);
  what.batch.next = stretch.next;
  what.batch.oldest = index_.oldest();
  if (end_ && what.batch.next >= end_at_)
    what.batch.end = end_;
  if (what.entries.empty() && what.batch.records.empty() && !what.batch.end && !reader.now) {
    reader.at = what.batch.next; // only streams that it does not read
    return std::nullopt;
  }
  reader.busy = true;
  return what;
}

/// 0, or EAGAIN if that would block.
int journal::fill(plan& what, bool may_block) const {
  for (const auto& entry : what.entries) {
    journal_record record{entry.offset, entry.stream, time_of(entry), {}, 0, gap_cause::cap};
    if (!entry.lost
        && store(entry.stream).read(entry.in_stream, static_cast<std::size_t>(entry.length), may_block, record.bytes) == EAGAIN)
      return EAGAIN;
    const auto got = static_cast<std::int64_t>(record.bytes.size());
    if (got > 0)
      what.batch.records.push_back(std::move(record));
    if (got < entry.length)
      what.batch.records.push_back(gap_of(entry.offset + got, entry.length - got, gap_cause::cap));
  }
  return 0;
}

void journal::serve(const std::shared_ptr<cursor>& reader) {
  for (bool again = true; again;) {
    std::unique_lock guard{mutex_};
    auto what = plan_for(*reader);
    guard.unlock();
    if (!what)
      return;
    again = !serve(reader, std::move(*what), false);
  }
}

/// False: what it was to get has been dropped meanwhile.
bool journal::serve(const std::shared_ptr<cursor>& reader, plan what, bool may_block) {
  const auto gaps = what.batch.records.size();
  if (fill(what, may_block) == EAGAIN) {
    what.batch.records.resize(gaps);
    run_where_it_may_block([self = shared_from_this(), reader, what = std::move(what)]() mutable {
      if (!self->serve(reader, std::move(what), true))
        self->serve(reader);
    });
    return true;
  }
  std::unique_lock guard{mutex_};
  reader->busy = false;
  if (!reader->take)
    return true; // it was cancelled
  const bool dropped =
    std::any_of(what.entries.begin(), what.entries.end(), [&](const index_entry& each) { return !index_.keeps(each.offset); });
  if (dropped) {
    if (gaps > 0)
      reader->at = what.batch.records.front().offset; // so that the gap is told as one
    return false;
  }
  reader->at = what.batch.next;
  auto take = std::exchange(reader->take, nullptr);
  give_room(std::move(guard));
  take(std::move(what.batch));
  return true;
}

output_view journal::view(stream_set streams, std::size_t most) const {
  std::unique_lock guard{mutex_};
  const auto upto = end_ ? end_at_ : index_.next();
  const auto head = static_cast<std::int64_t>(most / 2);
  const auto tail = static_cast<std::int64_t>(most) - head;
  output_view view;
  for (std::size_t i = 0; i < output_streams; ++i)
    if (streams.has(static_cast<output_stream>(i)))
      view.bytes += end_ ? end_bytes_[i] : index_.bytes(static_cast<output_stream>(i));
  const bool whole = view.bytes <= static_cast<std::int64_t>(most);
  plan first, last;
  auto stretch = index_.from(0, upto, whole ? static_cast<std::int64_t>(most) : head, streams);
  first.entries = std::move(stretch.entries);
  if (!whole || stretch.next < upto) {
    const auto from = index_.kept_from(std::max(stretch.next, index_.tail_of(streams, tail, upto)));
    last.entries = index_.from(from, upto, tail, streams).entries;
  }
  guard.unlock();
  for (auto* part : {&first, &last}) {
    fill(*part, true);
    for (const auto& record : part->batch.records)
      view.data += record.bytes;
    if (part == &first)
      view.gap_at = static_cast<std::int64_t>(view.data.size());
  }
  if (static_cast<std::int64_t>(view.data.size()) == view.bytes)
    view.gap_at = -1;
  return view;
}

journal_reader::journal_reader(std::shared_ptr<journal> of, std::shared_ptr<journal::cursor> at)
  : of_{std::move(of)}, cursor_{std::move(at)} {}

journal_reader::~journal_reader() {
  std::unique_lock guard{of_->mutex_};
  cursor_->take = nullptr;
  std::erase(of_->readers_, cursor_);
  of_->give_room(std::move(guard));
}

void journal_reader::read(std::size_t most, std::function<void(journal_batch)> take) { ask(most, false, std::move(take)); }

void journal_reader::read_now(std::size_t most, std::function<void(journal_batch)> take) { ask(most, true, std::move(take)); }

void journal_reader::ask(std::size_t most, bool now, std::function<void(journal_batch)> take) {
  {
    std::lock_guard guard{of_->mutex_};
    cursor_->now = now;
    cursor_->most = static_cast<std::int64_t>(std::max<std::size_t>(most, 1));
    cursor_->take = std::move(take);
  }
  of_->serve(cursor_);
}

void journal_reader::finish() {
  {
    std::lock_guard guard{of_->mutex_};
    cursor_->now = true;
  }
  of_->serve(cursor_);
}

void journal_reader::cancel() {
  std::lock_guard guard{of_->mutex_};
  cursor_->take = nullptr;
}

std::int64_t journal_reader::offset() const {
  std::lock_guard guard{of_->mutex_};
  return cursor_->at;
}

} // namespace strata
