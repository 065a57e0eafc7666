// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/access.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

namespace strata {

/// The watches of one session, by what they watch; the one that was read the longest ago makes room for another.
class watch_table {
public:
  using key = std::tuple<std::string, std::string, bool>; ///< user, path, recursive

  /// Marks it as read now. Empty: there is none.
  std::shared_ptr<file_watch> find(const key& what) {
    const auto found = std::find_if(watches_.begin(), watches_.end(), [&](const auto& each) { return each.first == what; });
    if (found == watches_.end())
      return nullptr;
    std::rotate(found, std::next(found), watches_.end());
    return watches_.back().second;
  }
  void put(key what, std::shared_ptr<file_watch> watch) {
    std::erase_if(watches_, [&](const auto& each) { return each.first == what; });
    if (watches_.size() == most)
      watches_.erase(watches_.begin());
    watches_.emplace_back(std::move(what), std::move(watch));
  }
  void clear() { watches_.clear(); }

private:
  static constexpr std::size_t most = 8; // each holds a program in the session

  std::vector<std::pair<key, std::shared_ptr<file_watch>>> watches_; ///< the last read last
};

} // namespace strata
