// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace strata {

/// Finds where the header of a request ends while its bytes arrive, and refuses early what two servers could read in two
/// ways (RFC 9112 §2.2, §5.2): a bare CR or LF, a control character, a line that begins with a blank. Knows no fields.
class header_scan {
public:
  enum class verdict { more, complete, malformed };

  /// `bytes` begins with the request and only grows from call to call; looks at what is new.
  verdict look(std::string_view bytes) noexcept;

  /// Empty lines before the request, which are to be ignored (RFC 9112 §2.2); at most four.
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  /// Behind the empty line; known when complete.
  [[nodiscard]] std::size_t end() const noexcept { return at_; }

private:
  std::size_t begin_ = 0;
  std::size_t at_ = 0;   ///< what was looked at
  std::size_t line_ = 0; ///< bytes of the line so far
  bool after_cr_ = false;
};

} // namespace strata
