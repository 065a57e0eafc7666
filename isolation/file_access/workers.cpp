// SPDX-License-Identifier: MIT
#include "isolation/file_access/workers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace strata {

namespace {

error busy() {
  return {errc::overloaded, "do file operation: too many others are under way in this session", {{"retry_after", "1"}}};
}
error given_up() { return {errc::session_lost, "do file operation: it was given up"}; }

} // namespace

error lost_worker() {
  return {errc::session_lost, "do file operation: its program in the session has ended or did not answer in time; try again"};
}

file_workers::loan::loan(std::shared_ptr<file_workers> of, std::uint64_t its_number, std::shared_ptr<file_worker> it)
  : from{std::move(of)}, number{its_number}, worker{std::move(it)} {}

file_workers::loan::~loan() {
  boost::asio::post(from->strand_,
                    [pool = from, number = number, worker = worker, sound = sound] { pool->take_back(number, worker, sound); });
}

file_workers::file_workers(boost::asio::any_io_executor executor, ports by, limits within)
  : strand_{boost::asio::make_strand(std::move(executor))}, by_{std::move(by)}, limits_{within}, rested_{strand_}, waited_{
                                                                                                                     strand_} {}

result<unique_fd> file_workers::make_spool() const { return by_.spool ? by_.spool() : result<unique_fd>{lost_worker()}; }

std::uint64_t file_workers::start(std::string user, on_loan begin) {
  const auto number = ++last_number_;
  boost::asio::post(strand_, [self = shared_from_this(), what = operation{number, std::move(user), std::move(begin)}]() mutable {
    self->place(std::move(what));
  });
  return number;
}

void file_workers::place(operation what) {
  if (closed_)
    return what.begin(lost_worker());
  const auto found =
    std::find_if(resting_.rbegin(), resting_.rend(), [&](const resting& each) { return each.worker->user() == what.user; });
  if (found != resting_.rend()) {
    auto worker = found->worker;
    resting_.erase(std::next(found).base());
    worker->unwatch();
    return lend(std::move(what), std::move(worker));
  }
  if (workers_ >= limits_.workers && !resting_.empty()) { // of another user
    const auto oldest = resting_.front().worker;
    resting_.pop_front();
    end(oldest);
  }
  if (workers_ < limits_.workers)
    return open(std::move(what));
  if (waiting_.size() >= limits_.waiting)
    return what.begin(busy());
  what.until = clock::now() + limits_.queue_patience;
  waiting_.push_back(std::move(what));
  if (waiting_.size() == 1)
    refuse_waiting();
}

/// Those that have waited too long: others are busy with what takes their clients long.
void file_workers::refuse_waiting() {
  while (!waiting_.empty() && waiting_.front().until <= clock::now()) {
    const auto what = std::move(waiting_.front());
    waiting_.pop_front();
    what.begin(busy());
  }
  if (waiting_.empty())
    return;
  waited_.expires_at(waiting_.front().until);
  waited_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    if (const auto self = weak.lock(); self && !cancelled)
      self->refuse_waiting();
  });
}

void file_workers::open(operation what) {
  ++workers_;
  lent_.emplace(what.number, nullptr);
  const auto user = what.user;
  by_.open(user, [self = shared_from_this(), what = std::move(what)](result<opened_files> opened) mutable {
    // std::function wants to be copied.
    const auto got = std::make_shared<result<opened_files>>(std::move(opened));
    boost::asio::post(self->strand_, [self, what = std::move(what), got]() mutable {
      const bool wanted = self->lent_.erase(what.number) > 0;
      if (!*got) {
        --self->workers_;
        what.begin(got->error());
        return self->go_on();
      }
      const auto worker = std::make_shared<file_worker>(self->strand_, std::move(**got), what.user);
      if (wanted && !self->closed_)
        return self->lend(std::move(what), worker);
      self->end(worker);
      what.begin(self->closed_ ? lost_worker() : given_up());
    });
  });
}

void file_workers::lend(operation what, std::shared_ptr<file_worker> worker) {
  lent_.emplace(what.number, worker);
  what.begin(std::make_shared<loan>(shared_from_this(), what.number, std::move(worker)));
}

void file_workers::take_back(std::uint64_t number, const std::shared_ptr<file_worker>& worker, bool sound) {
  lent_.erase(number);
  if (closed_ || !sound)
    return end(worker);
  const auto next =
    std::find_if(waiting_.begin(), waiting_.end(), [&](const operation& each) { return each.user == worker->user(); });
  if (next == waiting_.end())
    return rest(worker);
  auto what = std::move(*next);
  waiting_.erase(next);
  lend(std::move(what), worker);
}

void file_workers::rest(const std::shared_ptr<file_worker>& worker) {
  if (!waiting_.empty()) // somebody else needs its place
    return end(worker);
  resting_.push_back({worker, clock::now() + limits_.kept});
  worker->watch([weak = weak_from_this(), worker] {
    const auto self = weak.lock();
    if (!self)
      return;
    const auto found =
      std::find_if(self->resting_.begin(), self->resting_.end(), [&](const resting& each) { return each.worker == worker; });
    if (found == self->resting_.end())
      return;
    self->resting_.erase(found);
    self->end(worker);
  });
  if (resting_.size() == 1)
    end_rested();
}

/// Hangs up; whoever is in the middle of something ends soon, or is killed.
void file_workers::end(const std::shared_ptr<file_worker>& worker) {
  worker->hang_up();
  --workers_;
  if (closed_)
    return;
  auto& grace = ending_.try_emplace(worker->id(), strand_, limits_.end_grace).first->second;
  grace.async_wait([weak = weak_from_this(), id = worker->id()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (!self || cancelled)
      return;
    self->ending_.erase(id);
    self->by_.end(id);
  });
  go_on();
}

void file_workers::go_on() {
  if (waiting_.empty() || closed_ || workers_ >= limits_.workers)
    return;
  auto what = std::move(waiting_.front());
  waiting_.pop_front();
  open(std::move(what));
}

void file_workers::end_rested() {
  const auto now = clock::now();
  while (!resting_.empty() && resting_.front().until <= now) {
    const auto worker = resting_.front().worker;
    resting_.pop_front();
    end(worker);
  }
  if (resting_.empty())
    return;
  rested_.expires_at(resting_.front().until);
  rested_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    if (const auto self = weak.lock(); self && !cancelled)
      self->end_rested();
  });
}

void file_workers::cancel(std::uint64_t number) {
  boost::asio::post(strand_, [self = shared_from_this(), number] {
    const auto waits =
      std::find_if(self->waiting_.begin(), self->waiting_.end(), [&](const operation& each) { return each.number == number; });
    if (waits != self->waiting_.end()) {
      auto what = std::move(*waits);
      self->waiting_.erase(waits);
      return what.begin(given_up());
    }
    const auto found = self->lent_.find(number);
    if (found == self->lent_.end())
      return;
    if (found->second)
      found->second->hang_up();
    else
      self->lent_.erase(found); // it is being started
  });
}

void file_workers::close() {
  boost::asio::post(strand_, [self = shared_from_this()] {
    self->closed_ = true;
    self->rested_.cancel();
    self->waited_.cancel();
    self->ending_.clear();
    for (auto& each : std::exchange(self->waiting_, {}))
      each.begin(lost_worker());
    for (auto& [number, worker] : self->lent_)
      if (worker)
        worker->hang_up();
    for (auto& each : std::exchange(self->resting_, {}))
      self->end(each.worker);
    self->by_ = {};
  });
}

} // namespace strata
