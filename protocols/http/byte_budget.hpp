// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace strata {

/// What the bodies of all requests may take together. Thread safe.
class byte_budget {
public:
  explicit byte_budget(std::size_t limit) noexcept : limit_{limit} {}

  /// False, and nothing taken, when it would be more than the limit.
  bool take(std::size_t bytes) noexcept {
    auto taken = taken_.load(std::memory_order_relaxed);
    do {
      if (bytes > limit_ - taken)
        return false;
    } while (!taken_.compare_exchange_weak(taken, taken + bytes, std::memory_order_relaxed));
    return true;
  }
  void give(std::size_t bytes) noexcept { taken_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }

private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_{0};
};

/// One request's part of a budget, given back at its end.
class budget_share {
public:
  explicit budget_share(byte_budget& budget) noexcept : budget_{budget} {}
  budget_share(const budget_share&) = delete;
  budget_share& operator=(const budget_share&) = delete;
  ~budget_share() { budget_.give(held_); }

  bool grow(std::size_t bytes) noexcept {
    if (!budget_.take(bytes))
      return false;
    held_ += bytes;
    return true;
  }

private:
  byte_budget& budget_;
  std::size_t held_ = 0;
};

} // namespace strata
