// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>
#include <vector>

namespace strata {

/// `strata base` and `strata base create DIR`: prepared root file systems. Progress goes to `err`.
std::vector<command> base_commands(std::ostream& err);

} // namespace strata
