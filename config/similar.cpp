// SPDX-License-Identifier: MIT
#include "config/similar.hpp"

#include <algorithm>
#include <numeric>

namespace strata {

namespace {

/// Levenshtein's distance.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t k = 1; k <= to.size(); ++k) {
      const auto replaced = diagonal + (from[i - 1] == to[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({replaced, row[k] + 1, row[k - 1] + 1});
    }
  }
  return row[to.size()];
}

} // namespace

std::string most_similar(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > 100) // nobody's slip, and the work grows with its length
    return {};
  auto least = word.size() / 3 + 1;
  std::string best;
  for (const auto& each : known)
    if (const auto distance = edits(word, each); distance < least) {
      least = distance;
      best = each;
    }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto best = most_similar(word, known);
  return best.empty() ? best : " (did you mean " + best + "?)";
}

} // namespace strata
