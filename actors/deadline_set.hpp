// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace strata {

/// The moments that one session waits for. A moment is named by what it is for and a number; setting it again moves it.
/// Moments that are cancelled cost nothing any more. Not thread safe.
template <class Kind> class deadline_set {
public:
  using name = std::pair<Kind, std::uint64_t>;

  void set(Kind kind, std::uint64_t number, steady_time at) {
    cancel(kind, number);
    times_[{kind, number}] = at;
    order_.emplace(at, kind, number);
  }

  void cancel(Kind kind, std::uint64_t number) {
    auto found = times_.find({kind, number});
    if (found == times_.end())
      return;
    order_.erase({found->second, kind, number});
    times_.erase(found);
  }

  void clear() {
    times_.clear();
    order_.clear();
  }

  std::optional<steady_time> next() const { return order_.empty() ? std::nullopt : std::optional{std::get<0>(*order_.begin())}; }

  /// Takes out the earliest one that is due; of two at the same time the one whose kind comes first.
  std::optional<name> take_due(steady_time now) {
    if (order_.empty() || std::get<0>(*order_.begin()) > now)
      return std::nullopt;
    const auto [at, kind, number] = *order_.begin();
    cancel(kind, number);
    return name{kind, number};
  }

private:
  std::map<name, steady_time> times_;
  std::set<std::tuple<steady_time, Kind, std::uint64_t>> order_;
};

} // namespace strata
