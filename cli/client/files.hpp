// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata cat`, `strata write` and `strata files`.
std::vector<command> file_commands(std::ostream& out);

} // namespace strata::client
