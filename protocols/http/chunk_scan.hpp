// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace strata {

/// Watches the framing of a chunked body (RFC 9112 §7.1) while its bytes arrive, and refuses the first one that cannot belong to it:
/// the parser itself judges a line only when it is whole and some bytes follow. Knows neither extensions nor trailers.
class chunk_scan {
public:
  /// `bytes` begins with the body, or behind what was forgotten, and only grows from call to call. False: malformed.
  bool look(std::string_view bytes) noexcept;

  /// The first `count` bytes will not be offered again.
  void forget(std::size_t count) noexcept { at_ -= count < at_ ? count : at_; }

private:
  enum class place { size, extension, line_end, data, data_cr, data_lf, trailer };
  bool take(char c) noexcept;

  place place_ = place::size;
  std::size_t at_ = 0;     ///< what was looked at
  std::uint64_t left_ = 0; ///< size so far, then bytes of data to come
  int digits_ = 0;
};

} // namespace strata
