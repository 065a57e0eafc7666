// SPDX-License-Identifier: MIT
#include "actors/output_query.hpp"

#include <algorithm>

namespace strata {

void output_query::ask(bool now) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(wish_.limit - bytes_, 1));
  const auto take = [self = shared_from_this()](journal_batch batch) { self->take(std::move(batch)); };
  now ? reader_->read_now(most, take) : reader_->read(most, take);
  std::unique_lock guard{mutex_};
  const bool overtaken = expired_ && done_;
  guard.unlock();
  if (overtaken)
    reader_->finish();
}

void output_query::take(journal_batch batch) {
  std::unique_lock guard{mutex_};
  if (!done_)
    return;
  const bool enough = add(std::move(batch));
  if (!enough && wish_.wait && !expired_) {
    guard.unlock();
    return ask(false);
  }
  auto done = std::exchange(done_, nullptr);
  auto page = std::move(page_);
  guard.unlock();
  done(std::move(page));
}

/// True when no more is needed.
bool output_query::add(journal_batch batch) {
  page_.next = batch.next;
  page_.oldest = batch.oldest;
  page_.end = std::move(batch.end);
  for (auto& record : batch.records) {
    bytes_ += static_cast<std::int64_t>(record.bytes.size());
    page_.found = look_for(record);
    page_.records.push_back(std::move(record));
    if (page_.found) {
      const auto& last = page_.records.back();
      if (const auto next = last.offset + static_cast<std::int64_t>(last.bytes.size()); next != page_.next) {
        page_.next = next;
        page_.end.reset(); // there is more before it
      }
      return true;
    }
  }
  return page_.end || bytes_ >= wish_.limit || (wish_.until.empty() && !page_.records.empty());
}

/// Cuts the record behind the text, if that ends in it.
bool output_query::look_for(journal_record& record) {
  if (wish_.until.empty())
    return false;
  if (record.gap > 0) {
    seen_.clear(); // it may have been in there, but nobody can tell
    return false;
  }
  const auto before = seen_.size();
  seen_ += record.bytes;
  if (const auto at = seen_.find(wish_.until); at != seen_.npos) {
    record.bytes.resize(at + wish_.until.size() - before);
    return true;
  }
  if (const auto kept = wish_.until.size() - 1; seen_.size() > kept)
    seen_.erase(0, seen_.size() - kept);
  return false;
}

void output_query::expire() {
  {
    std::lock_guard guard{mutex_};
    expired_ = true;
  }
  reader_->finish();
}

void output_query::drop() {
  {
    std::lock_guard guard{mutex_};
    done_ = nullptr;
  }
  reader_->cancel();
}

} // namespace strata
