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
  /// The one whose call went away although its command lives on, or will begin when its turn comes: nobody can tell how
  /// long it takes, so nobody new may wait.
  std::optional<std::uint64_t> handed_over() const {
    return handed_over_.empty() ? std::nullopt : std::optional{handed_over_.front()};
  }
  const std::deque<std::uint64_t>& waiting() const noexcept { return waiting_; }
  bool idle() const noexcept { return !holder_ && waiting_.empty(); }

  void push(std::uint64_t exec) { waiting_.push_back(exec); }
  /// Lets the first of the waiting hold the shell, if it is free.
  std::optional<std::uint64_t> advance() {
    if (holder_ || waiting_.empty())
      return std::nullopt;
    holder_ = waiting_.front();
    waiting_.pop_front();
    return holder_;
  }
  /// Of one that holds the shell or waits for it.
  void hand_over(std::uint64_t exec) {
    const bool known = holder_ == exec || std::find(waiting_.begin(), waiting_.end(), exec) != waiting_.end();
    if (known && std::find(handed_over_.begin(), handed_over_.end(), exec) == handed_over_.end())
      handed_over_.push_back(exec);
  }
  /// It is done, or does not want to wait any longer.
  void remove(std::uint64_t exec) {
    if (holder_ == exec)
      holder_.reset();
    std::erase(waiting_, exec);
    std::erase(handed_over_, exec);
  }

private:
  std::optional<std::uint64_t> holder_;
  std::deque<std::uint64_t> handed_over_;
  std::deque<std::uint64_t> waiting_;
};

} // namespace strata
