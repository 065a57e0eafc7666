// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace strata {

/// Raises this process' limit of open files to the hard limit, since a session and a connection need several each.
/// What it is now.
std::uint64_t raise_open_files() noexcept;

} // namespace strata
