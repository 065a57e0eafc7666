// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "actors/request_checks.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

namespace strata::test {

/// As the registry judges it.
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

/// A gateway without actors: judges requests as the registry does, remembers them, and answers on a thread of its own,
/// as the actors do, with what the test says. Answers can be held back.
class fake_gateway final : public gateway_by_post<fake_gateway> {
public:
  template <class Operation> using answer_of = std::function<result<typename Operation::response>(const Operation&)>;
  static constexpr std::chrono::seconds patience{20};

  fake_gateway();
  ~fake_gateway() override;

  /// What is answered to valid requests from now on; by default an empty response.
  template <class Operation> void answer(answer_of<Operation> give) {
    std::lock_guard guard{mutex_};
    slot<Operation>().give = std::move(give);
  }
  /// While on, execs wait for release().
  void hold_execs(bool on);
  void release_execs();
  /// Drops the replies of held execs without an answer, as a broken actor would.
  void drop_execs();

  /// Waits until there were that many calls of the operation; an empty list when they do not come.
  template <class Operation> std::vector<std::pair<Operation, call_context>> calls(std::size_t at_least = 0) {
    std::unique_lock guard{mutex_};
    if (!changed_.wait_for(guard, patience, [&] { return slot<Operation>().seen.size() >= at_least; }))
      return {};
    return slot<Operation>().seen;
  }
  /// Whether the client of the n-th exec (from 0) was reported gone, within the patience.
  bool wait_for_disconnect(std::size_t n);
  std::size_t disconnects() const;
  std::size_t total_calls() const;

  void disconnect(std::uint64_t call_id) override;
  template <class Operation> std::uint64_t post(Operation request, call_context context, reply_to<Operation> done);

private:
  template <class Operation> struct operation_slot {
    answer_of<Operation> give;
    std::vector<std::pair<Operation, call_context>> seen;
  };
  template <class Operation> operation_slot<Operation>& slot() { return std::get<operation_slot<Operation>>(slots_); }
  void work();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  template <class... Operation> static std::tuple<operation_slot<Operation>...> slots_for(std::tuple<Operation...>*);
  decltype(slots_for(static_cast<operations*>(nullptr))) slots_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::function<void()>> held_;
  std::vector<std::uint64_t> exec_ids_;
  std::set<std::uint64_t> gone_;
  bool hold_ = false;
  bool stopping_ = false;
  std::uint64_t last_id_ = 0;
  std::thread worker_;
};

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

} // namespace strata::test
