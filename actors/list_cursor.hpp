// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata {

/// Where a listing goes on: behind the session with this serial number. Stays right while sessions come and go.
/// Opaque to clients; it holds for the order in which it was made.
struct list_cursor {
  bool newest_first = true;
  std::uint64_t after = 0; ///< serial number of the last session shown

  std::string encode() const;
  /// `invalid_argument` for anything that encode() did not make, or made for the other order.
  static result<list_cursor> decode(std::string_view text, bool newest_first);
};

} // namespace strata
