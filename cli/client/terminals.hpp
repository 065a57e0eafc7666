// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata screen` and `strata input`: a terminal (or another process) without being at it.
std::vector<command> terminal_commands(std::ostream& out);

} // namespace strata::client
