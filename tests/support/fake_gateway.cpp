// SPDX-License-Identifier: MIT
#include "tests/support/fake_gateway.hpp"

namespace strata::test {

namespace {

template <class Operation> result<void> judge(const Operation& request) {
  if constexpr (std::is_same_v<Operation, create_session>)
    return check(request, runtime_options{});
  else if constexpr (std::is_same_v<Operation, get_session>)
    return check(request.session);
  else if constexpr (std::is_same_v<Operation, get_stats>)
    return {};
  else
    return check(request);
}

} // namespace

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

template <class Operation> std::uint64_t fake_gateway::post(Operation request, call_context context, reply_to<Operation> done) {
  std::unique_lock guard{mutex_};
  const auto id = ++last_id_;
  auto& mine = slot<Operation>();
  mine.seen.emplace_back(request, std::move(context));
  auto job = [give = mine.give, request, done = std::move(done)] {
    if (auto verdict = judge(request); !verdict)
      done(verdict.error());
    else
      done(give ? give(request) : result<typename Operation::response>{typename Operation::response{}});
  };
  bool held = false;
  if constexpr (std::is_same_v<Operation, exec_request>) {
    exec_ids_.push_back(id);
    held = hold_;
  }
  if (held)
    held_.push_back(std::move(job));
  else
    jobs_.push_back(std::move(job));
  guard.unlock();
  changed_.notify_all();
  return id;
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

// clang-format off
std::uint64_t fake_gateway::call(create_session request, call_context context, reply_to<create_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(get_session request, call_context context, reply_to<get_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(list_sessions request, call_context context, reply_to<list_sessions> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(update_session request, call_context context, reply_to<update_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(close_session request, call_context context, reply_to<close_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(get_session_stats request, call_context context, reply_to<get_session_stats> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(get_stats request, call_context context, reply_to<get_stats> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(exec_request request, call_context context, reply_to<exec_request> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(open_shell request, call_context context, reply_to<open_shell> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(list_shells request, call_context context, reply_to<list_shells> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(close_shell request, call_context context, reply_to<close_shell> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(attach_terminal request, call_context context, reply_to<attach_terminal> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(resize_terminal request, call_context context, reply_to<resize_terminal> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t fake_gateway::call(signal_process request, call_context context, reply_to<signal_process> done) { return post(std::move(request), std::move(context), std::move(done)); }
// clang-format on

} // namespace strata::test
