// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strata {

/// Some lines of a text that comes in pieces, each behind its number, within a budget of bytes. Memory is that budget.
class numbered_lines {
public:
  numbered_lines(std::int64_t first, std::int64_t most, std::size_t budget) : first_{first}, most_{most}, budget_{budget} {}

  void add(std::string_view piece);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::int64_t last() const noexcept { return last_; }   ///< line in text(); less than the first: none
  [[nodiscard]] std::int64_t total() const noexcept { return total_; } ///< lines so far
  [[nodiscard]] bool is_cut() const noexcept { return cut_; }          ///< something behind text() is not in it

private:
  void begin_line();
  void append(std::string_view part);

  const std::int64_t first_, most_;
  const std::size_t budget_;
  std::string text_;
  std::int64_t total_ = 0, last_ = 0;
  bool in_line_ = false;
  bool wanted_ = false; ///< the line at hand
  bool cut_ = false;
};

} // namespace strata
