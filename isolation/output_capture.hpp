// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/sandbox.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace strata {

/// Keeps the head and the tail of a byte stream within a cap and counts all of it. Memory: at most 1.5 × cap.
/// Not thread safe: one strand writes and reads it.
class output_capture {
public:
  /// `cap`: bytes kept, half of it head and half tail; 0 keeps nothing and only counts.
  explicit output_capture(std::size_t cap) noexcept : head_cap_{cap / 2}, tail_cap_{cap - cap / 2} {}

  void append(std::string_view bytes);
  output_view view() const;
  std::int64_t bytes() const noexcept { return total_; }

private:
  std::size_t head_cap_;
  std::size_t tail_cap_;
  std::string head_;
  std::string tail_; ///< its last tail_cap_ bytes count; trimmed when it has grown to twice that
  std::int64_t total_ = 0;
};

} // namespace strata
