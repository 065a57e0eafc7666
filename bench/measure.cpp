// SPDX-License-Identifier: MIT
#include "bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace strata::bench {

double series::percentile(double share) const {
  if (values_.empty())
    return 0;
  auto sorted = values_;
  auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(index), sorted.end());
  return sorted[index];
}

double timed(const std::function<void()>& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

void print_table(const std::string& title, const std::vector<row>& rows) {
  fmt::print("\n**{}**\n\n| measure | n | p50 µs | p99 µs | p50 ratio | p99 ratio |\n|---|--:|--:|--:|--:|--:|\n", title);
  for (const auto& each : rows) {
    auto ratio = [&](double share) {
      auto base = each.base ? each.base->percentile(share) : 0;
      return base > 0 ? fmt::format("{:.2f}", each.values.percentile(share) / base) : std::string{"-"};
    };
    auto base_name = each.base ? " / " + each.base_name : std::string{};
    fmt::print("| {}{} | {} | {:.0f} | {:.0f} | {} | {} |\n", each.name, base_name, each.values.size(),
               each.values.percentile(0.5), each.values.percentile(0.99), ratio(0.5), ratio(0.99));
  }
}

} // namespace strata::bench
