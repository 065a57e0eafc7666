// SPDX-License-Identifier: MIT
#include "tests/support/fake_gateway.hpp"

namespace strata::test {

fake_gateway::fake_gateway() : worker_{[this] { work(); }} {}

fake_gateway::~fake_gateway() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

void fake_gateway::work() {
  std::unique_lock guard{mutex_};
  while (true) {
    changed_.wait(guard, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty())
      return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    guard.unlock();
    job();
    job = nullptr;
    guard.lock();
  }
}

void fake_gateway::hold_execs(bool on) {
  std::lock_guard guard{mutex_};
  hold_ = on;
}

void fake_gateway::release_execs() {
  {
    std::lock_guard guard{mutex_};
    jobs_.insert(jobs_.end(), held_.begin(), held_.end());
    held_.clear();
  }
  changed_.notify_all();
}

void fake_gateway::drop_execs() {
  std::vector<std::function<void()>> dropped;
  std::lock_guard guard{mutex_};
  dropped.swap(held_);
}

bool fake_gateway::wait_for_disconnect(std::size_t n) {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(guard, patience, [&] { return exec_ids_.size() > n && gone_.count(exec_ids_[n]) == 1; });
}

std::size_t fake_gateway::disconnects() const {
  std::lock_guard guard{mutex_};
  return gone_.size();
}

std::size_t fake_gateway::total_calls() const {
  std::lock_guard guard{mutex_};
  return last_id_;
}

void fake_gateway::disconnect(std::uint64_t call_id) {
  {
    std::lock_guard guard{mutex_};
    gone_.insert(call_id);
  }
  changed_.notify_all();
}

} // namespace strata::test
