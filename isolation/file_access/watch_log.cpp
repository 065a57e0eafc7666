// SPDX-License-Identifier: MIT
#include "isolation/file_access/watch_log.hpp"

#include "isolation/file_access/failure.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::size_t max_kept = 4096;
constexpr std::size_t max_kept_bytes = 1 << 20; // who says what happens is not trusted: names may be as long as they like
constexpr std::chrono::hours silence{24 * 365}; // nothing may happen for as long as it likes

std::size_t bytes_of(const file_event& event) { return sizeof event + event.path.size() + event.to.size(); }

/// Later ones have higher numbers, also after a restart of the server; a clock that is set back meanwhile does not matter.
std::int64_t first_number() {
  static const auto began = std::chrono::steady_clock::now();
  static const auto number = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(number + (std::chrono::steady_clock::now() - began)).count();
}

} // namespace

watch_log::watch_log(std::shared_ptr<file_workers::loan> from)
  : loan_{std::move(from)}, strand_{loan_->from->where()}, next_{first_number()} {}

std::shared_ptr<file_watch> watch_log::begin(std::shared_ptr<file_workers::loan> from) {
  const auto log = std::make_shared<watch_log>(std::move(from));
  boost::asio::post(log->strand_, [log] { log->receive(); });
  // The conversation holds the log; this is what its users hold.
  return {log.get(), [log](file_watch*) { boost::asio::post(log->strand_, [log] { log->give_up(); }); }};
}

void watch_log::receive() {
  if (!loan_)
    return;
  loan_->worker->receive(silence, [self = shared_from_this()](const std::optional<file_worker::message>& got) {
    wire::files_happened happened;
    if (!got || got->what != wire::files_message::happened || !decode(*got, happened))
      return self->end();
    self->add(std::move(happened.events));
    self->receive();
  });
}

void watch_log::add(std::vector<file_event> events) {
  for (auto& each : events) {
    kept_bytes_ += bytes_of(each);
    kept_.push_back(std::move(each));
    ++next_;
    for (; kept_.size() > max_kept || kept_bytes_ > max_kept_bytes; kept_.pop_front())
      kept_bytes_ -= bytes_of(kept_.front());
  }
  tell_readers();
}

/// It says no more.
void watch_log::end() {
  ended_ = true;
  tell_readers();
  give_up();
}

void watch_log::give_up() {
  if (loan_)
    loan_->worker->hang_up();
  loan_.reset();
}

file_events watch_log::from(std::int64_t since, std::size_t limit) const {
  const auto next = next_.load();
  const auto oldest = next - static_cast<std::int64_t>(kept_.size());
  file_events told;
  told.first = std::clamp(since, oldest, next);
  told.missed = since < oldest;
  for (auto at = told.first; at < next && told.items.size() < limit; ++at)
    told.items.push_back(kept_[static_cast<std::size_t>(at - oldest)]);
  return told;
}

void watch_log::tell_readers() {
  for (auto each = readers_.begin(); each != readers_.end();) {
    const auto waits = *each;
    if (!ended_ && waits->since >= next_) {
      ++each;
      continue;
    }
    each = readers_.erase(each);
    waits->patience.cancel();
    std::exchange(waits->take, nullptr)(from(waits->since, waits->limit));
  }
}

void watch_log::read(std::int64_t since, std::size_t limit, std::chrono::milliseconds wait,
                     std::function<void(file_events)> take) {
  boost::asio::post(strand_, [self = shared_from_this(), since, limit, wait, take = std::move(take)]() mutable {
    if (since < self->next_ || self->ended_ || wait.count() <= 0)
      return take(self->from(since, limit));
    const auto waits =
      std::make_shared<reader>(reader{since, limit, std::move(take), boost::asio::steady_timer{self->strand_, wait}});
    self->readers_.push_back(waits);
    waits->patience.async_wait([self, waits](boost::system::error_code) {
      if (!waits->take)
        return; // it was told
      self->readers_.remove(waits);
      std::exchange(waits->take, nullptr)(self->from(waits->since, waits->limit));
    });
  });
}

std::uint64_t file_workers::watch(std::string user, wire::files_watch request, callback<std::shared_ptr<file_watch>> opened) {
  return start(std::move(user), [request = std::move(request), opened = std::move(opened)](result<std::shared_ptr<loan>> got) {
    if (!got)
      return opened(got.error());
    const auto held = *got;
    const auto patience = held->from->within().data_patience;
    held->worker->send(wire::files_message::watch, wire::encode(request), patience, [held, patience, opened](bool) {
      held->worker->receive(patience, [held, opened](const std::optional<file_worker::message>& answer) {
        if (!answer || answer->what != wire::files_message::info)
          return opened(failure_in(answer));
        opened(watch_log::begin(held));
      });
    });
  });
}

} // namespace strata
