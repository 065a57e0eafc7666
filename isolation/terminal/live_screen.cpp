// SPDX-License-Identifier: MIT
#include "isolation/terminal/live_screen.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::size_t batch_bytes = 64 << 10;

} // namespace

live_screen::live_screen(std::shared_ptr<journal> output, terminal_size size)
  : strand_{boost::asio::make_strand(boost::asio::system_executor{})}, output_{std::move(output)}, size_{size} {}

void live_screen::resized(terminal_size size) {
  boost::asio::post(strand_, [self = shared_from_this(), size] {
    if (self->size_ == size)
      return;
    self->size_ = size;
    ++self->version_;
    self->drop();
    self->go_on();
  });
}

void live_screen::look(std::uint64_t number, std::optional<std::int64_t> seen, bool styled, receiver<screen_page> told) {
  add(number, {output_->next(), seen, [this, styled, told = std::move(told)](const error* failed) {
                 told(failed ? result<screen_page>{*failed} : page(styled));
               }});
}

void live_screen::encode(std::uint64_t number, std::vector<key> keys, receiver<std::string> told) {
  add(number, {output_->next(), {}, [this, keys = std::move(keys), told = std::move(told)](const error* failed) {
                 told(failed ? result<std::string>{*failed} : emulator_->encode(keys));
               }});
}

void live_screen::add(std::uint64_t number, waiter who) {
  boost::asio::post(strand_, [self = shared_from_this(), number, who = std::move(who)]() mutable {
    self->waiters_.emplace(number, std::move(who));
    self->go_on();
  });
}

void live_screen::finish(std::uint64_t number) {
  boost::asio::post(strand_, [self = shared_from_this(), number, target = output_->next()] {
    if (const auto found = self->waiters_.find(number); found != self->waiters_.end()) {
      found->second.seen.reset();
      found->second.target = target;
    }
    self->go_on();
  });
}

void live_screen::rest() {
  boost::asio::post(strand_, [self = shared_from_this()] {
    if (self->waiters_.empty())
      self->drop();
  });
}

bool live_screen::is_due(const waiter& who) const {
  return offset_ >= who.target && (!who.seen || *who.seen != version_ || ended_);
}

/// Tells whom there is something to tell, and reads on while anybody waits.
void live_screen::go_on() {
  if (!waiters_.empty() && !emulator_)
    begin();
  answer_due();
  if (!emulator_ && !waiters_.empty())
    return fail({errc::internal, "emulate terminal: strata-emulator has ended"});
  if (reading_) {
    if (waiters_.empty())
      reader_->finish();
    return;
  }
  if (waiters_.empty())
    return;
  reading_ = true;
  const bool behind =
    std::any_of(waiters_.begin(), waiters_.end(), [&](const auto& each) { return each.second.target > offset_; });
  auto take = [self = shared_from_this(), begun = begun_](journal_batch batch) {
    boost::asio::post(self->strand_, [self, begun, batch = std::move(batch)] {
      if (begun == self->begun_)
        self->take(batch);
    });
  };
  behind ? reader_->read_now(batch_bytes, take) : reader_->read(batch_bytes, take);
}

void live_screen::begin() {
  auto started = emulator::start(size_);
  if (!started)
    return fail(started.error());
  emulator_ = std::move(*started);
  reader_ = output_->follow(0, lag::catch_up).value(); // nothing lies before 0
}

/// What is being read for it comes to nothing.
void live_screen::drop() {
  ++begun_;
  reading_ = false;
  if (reader_)
    reader_->cancel();
  reader_.reset();
  emulator_.reset();
  changes_ = 0;
  offset_ = 0;
  incomplete_ = false;
}

void live_screen::answer_due() {
  for (auto next = waiters_.begin(); next != waiters_.end() && emulator_;) {
    const auto who = next++;
    if (!is_due(who->second))
      continue;
    const auto tell = std::move(who->second.tell);
    waiters_.erase(who);
    tell(nullptr);
  }
}

void live_screen::take(const journal_batch& batch) {
  reading_ = false;
  for (const auto& record : batch.records)
    if (!note(record.gap > 0 ? emulator_->skip() : emulator_->feed(record.bytes), batch.next))
      return;
    else
      incomplete_ = incomplete_ || record.gap > 0;
  offset_ = batch.next;
  ended_ = ended_ || batch.end;
  go_on();
}

/// False: the emulator was lost, and everybody who waits has been told.
bool live_screen::note(const result<std::uint64_t>& changes, std::int64_t offset) {
  if (!changes) {
    fail(changes.error());
    return false;
  }
  if (*changes != std::exchange(changes_, *changes))
    version_ = std::max(version_ + 1, offset);
  return true;
}

void live_screen::fail(const error& why) {
  drop();
  for (auto& [number, who] : std::exchange(waiters_, {}))
    who.tell(&why);
}

result<screen_page> live_screen::page(bool styled) {
  auto view = emulator_->show(styled);
  if (view && view->lines.size() != size_.rows)
    view = error{errc::internal, "emulate terminal: strata-emulator gives a wrong answer"};
  if (view)
    return screen_page{std::move(*view), size_, version_, offset_, incomplete_, ended_};
  drop();
  return view.error();
}

} // namespace strata
