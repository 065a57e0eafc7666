// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace strata::bench {

/// Wall times of one thing, microseconds.
class series {
public:
  void add(double microseconds) { values_.push_back(microseconds); }
  void add(const series& other) { values_.insert(values_.end(), other.values_.begin(), other.values_.end()); }
  /// The value below which `share` (0…1) of all lie; 0 when there are none.
  double percentile(double share) const;
  std::size_t size() const { return values_.size(); }

private:
  std::vector<double> values_;
};

/// Runs `work` and gives its wall time in microseconds.
double timed(const std::function<void()>& work);

/// One line of the table: a measure and what it is to be compared with.
struct row {
  std::string name;
  const series& values;
  const series* base = nullptr; ///< its ratio is printed
  std::string base_name;
};

/// Prints a table in Markdown: p50 and p99 in µs and the ratios to the base.
void print_table(const std::string& title, const std::vector<row>& rows);

} // namespace strata::bench
