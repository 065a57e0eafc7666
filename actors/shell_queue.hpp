// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

namespace strata {

/// Who holds a command shell and who waits for it, by the execs' numbers: in order of arrival, one at a time.
/// Not thread safe.
class shell_queue {
public:
  std::optional<std::uint64_t> holder() const noexcept { return holder_; }
  /// The holder's call went away although its command lives on: nobody can tell how long it takes, so nobody new may wait.
  bool refuses_calls() const noexcept { return holder_ && handed_over_; }
  const std::deque<std::uint64_t>& waiting() const noexcept { return waiting_; }
  bool idle() const noexcept { return !holder_ && waiting_.empty(); }

  void push(std::uint64_t exec) { waiting_.push_back(exec); }
  /// Lets the first of the waiting hold the shell, if it is free.
  std::optional<std::uint64_t> advance() {
    if (holder_ || waiting_.empty())
      return std::nullopt;
    holder_ = waiting_.front();
    waiting_.pop_front();
    handed_over_ = false;
    return holder_;
  }
  void hand_over(std::uint64_t exec) {
    if (holder_ == exec)
      handed_over_ = true;
  }
  /// It is done, or does not want to wait any longer.
  void remove(std::uint64_t exec) {
    if (holder_ == exec)
      holder_.reset();
    std::erase(waiting_, exec);
  }

private:
  std::optional<std::uint64_t> holder_;
  bool handed_over_ = false;
  std::deque<std::uint64_t> waiting_;
};

} // namespace strata
