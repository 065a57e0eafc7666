// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cstdint>

namespace strata::agent {

/// A new pseudo-terminal (pty(7)) of this root's /dev/ptmx.
struct pty {
  unique_fd controller{}; ///< empty: errno
  unique_fd terminal{};
};

pty open_pty(std::uint16_t cols, std::uint16_t rows);

/// False: errno. The foreground job gets SIGWINCH.
bool resize_pty(const unique_fd& controller, std::uint16_t cols, std::uint16_t rows);

} // namespace strata::agent
