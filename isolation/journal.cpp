// SPDX-License-Identifier: MIT
#include "isolation/journal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

/// Small writes are joined up to this size, so that a program that writes single bytes does not cost a record each.
constexpr std::size_t joined_bytes = 16 << 10;

} // namespace

std::string_view to_string(output_stream stream) noexcept {
  switch (stream) {
  case output_stream::out: return "stdout";
  case output_stream::err: return "stderr";
  case output_stream::merged: return "output";
  }
  return {};
}

void journal::append(output_stream stream, std::string_view bytes) {
  if (bytes.empty())
    return;
  std::unique_lock guard{mutex_};
  if (end_)
    return;
  if (!chunks_.empty() && chunks_.back().stream == stream && chunks_.back().bytes.size() + bytes.size() <= joined_bytes)
    chunks_.back().bytes += bytes;
  else
    chunks_.push_back({next_, stream, std::chrono::system_clock::now(), std::string{bytes}});
  next_ += static_cast<std::int64_t>(bytes.size());
  serve_all(std::move(guard));
}

bool journal::full_now() const {
  return std::any_of(readers_.begin(), readers_.end(), [&](const cursor* reader) {
    return reader->manner == lag::catch_up && next_ - reader->at >= static_cast<std::int64_t>(bounds_.window);
  });
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

void journal::end(process_end how) {
  std::unique_lock guard{mutex_};
  if (end_)
    return;
  end_ = std::move(how);
  serve_all(std::move(guard));
}

std::int64_t journal::next() const {
  std::lock_guard guard{mutex_};
  return next_;
}

std::int64_t journal::oldest() const {
  std::lock_guard guard{mutex_};
  return first_kept();
}

result<std::shared_ptr<journal_reader>> journal::follow(std::int64_t since, lag manner) {
  std::lock_guard guard{mutex_};
  if (since < 0 || since > next_)
    return error{errc::offset_out_of_range, fmt::format("read output from {}: it ends at {}", since, next_)};
  return add_reader(since, manner);
}

std::shared_ptr<journal_reader> journal::follow_tail(std::size_t bytes, lag manner) {
  std::lock_guard guard{mutex_};
  return add_reader(std::max(first_kept(), next_ - static_cast<std::int64_t>(bytes)), manner);
}

std::shared_ptr<journal_reader> journal::add_reader(std::int64_t at, lag manner) {
  auto made = std::make_unique<cursor>();
  made->at = at;
  made->manner = manner;
  readers_.push_back(made.get());
  return std::make_shared<journal_reader>(shared_from_this(), std::move(made));
}

/// Drops what is neither within the kept bytes nor still due to a reader that catches up.
void journal::trim() {
  auto needed = next_ - static_cast<std::int64_t>(bounds_.kept_bytes);
  for (const auto* reader : readers_)
    if (reader->manner == lag::catch_up)
      needed = std::min(needed, reader->at);
  while (!chunks_.empty() && chunks_.front().end() <= needed)
    chunks_.pop_front();
}

/// What that reader asked for, if it is there.
std::optional<journal::delivery> journal::serve(cursor& reader) {
  if (!reader.take || (reader.at == next_ && !end_))
    return std::nullopt;
  journal_batch batch;
  if (const auto kept = first_kept(); reader.at < kept) {
    const auto present = std::max(kept, next_ - static_cast<std::int64_t>(bounds_.replay_bytes));
    batch.records.push_back({reader.at, output_stream::merged, std::chrono::system_clock::now(), {}, present - reader.at});
    reader.at = present;
  }
  auto room = static_cast<std::int64_t>(reader.most);
  auto from = std::upper_bound(chunks_.begin(), chunks_.end(), reader.at,
                               [](std::int64_t at, const chunk& each) { return at < each.end(); });
  for (; from != chunks_.end() && room > 0; ++from) {
    const auto skipped = static_cast<std::size_t>(reader.at - from->offset);
    auto bytes = from->bytes.substr(skipped, static_cast<std::size_t>(room));
    const auto size = static_cast<std::int64_t>(bytes.size());
    batch.records.push_back({reader.at, from->stream, from->time, std::move(bytes), 0});
    reader.at += size;
    room -= size;
  }
  batch.next = reader.at;
  if (reader.at == next_)
    batch.end = end_;
  return delivery{std::exchange(reader.take, nullptr), std::move(batch)};
}

/// Calls nobody with the lock held.
void journal::serve_all(std::unique_lock<std::mutex> guard) {
  std::vector<delivery> due;
  for (auto* reader : readers_)
    if (auto one = serve(*reader))
      due.push_back(std::move(*one));
  trim();
  std::vector<std::function<void()>> room;
  if (!when_room_.empty() && !full_now())
    room.swap(when_room_);
  guard.unlock();
  for (auto& [take, batch] : due)
    take(std::move(batch));
  for (auto& go_on : room)
    go_on();
}

journal_reader::journal_reader(std::shared_ptr<journal> of, std::unique_ptr<journal::cursor> at)
  : of_{std::move(of)}, cursor_{std::move(at)} {}

journal_reader::~journal_reader() {
  std::unique_lock guard{of_->mutex_};
  std::erase(of_->readers_, cursor_.get());
  of_->serve_all(std::move(guard));
}

void journal_reader::read(std::size_t most, std::function<void(journal_batch)> take) {
  std::unique_lock guard{of_->mutex_};
  cursor_->most = std::max<std::size_t>(most, 1);
  cursor_->take = std::move(take);
  of_->serve_all(std::move(guard));
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
