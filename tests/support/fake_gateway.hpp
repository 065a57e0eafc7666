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

/// A gateway without actors: judges requests as the registry does, remembers them, and answers on a thread of its own,
/// as the actors do, with what the test says. Answers can be held back.
class fake_gateway final : public gateway {
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

  std::uint64_t call(create_session request, call_context context, reply_to<create_session> done) override;
  std::uint64_t call(get_session request, call_context context, reply_to<get_session> done) override;
  std::uint64_t call(list_sessions request, call_context context, reply_to<list_sessions> done) override;
  std::uint64_t call(update_session request, call_context context, reply_to<update_session> done) override;
  std::uint64_t call(close_session request, call_context context, reply_to<close_session> done) override;
  std::uint64_t call(get_session_stats request, call_context context, reply_to<get_session_stats> done) override;
  std::uint64_t call(get_stats request, call_context context, reply_to<get_stats> done) override;
  std::uint64_t call(exec_request request, call_context context, reply_to<exec_request> done) override;
  std::uint64_t call(open_shell request, call_context context, reply_to<open_shell> done) override;
  std::uint64_t call(list_shells request, call_context context, reply_to<list_shells> done) override;
  std::uint64_t call(close_shell request, call_context context, reply_to<close_shell> done) override;
  std::uint64_t call(attach_terminal request, call_context context, reply_to<attach_terminal> done) override;
  std::uint64_t call(resize_terminal request, call_context context, reply_to<resize_terminal> done) override;
  std::uint64_t call(signal_process request, call_context context, reply_to<signal_process> done) override;
  void disconnect(std::uint64_t call_id) override;

private:
  template <class Operation> struct operation_slot {
    answer_of<Operation> give;
    std::vector<std::pair<Operation, call_context>> seen;
  };
  template <class Operation> operation_slot<Operation>& slot() { return std::get<operation_slot<Operation>>(slots_); }
  template <class Operation> std::uint64_t post(Operation request, call_context context, reply_to<Operation> done);
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

} // namespace strata::test
