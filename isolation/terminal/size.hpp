// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace strata {

struct terminal_size {
  std::uint16_t cols = 80;
  std::uint16_t rows = 24;
  bool operator==(const terminal_size&) const = default;
};

} // namespace strata
