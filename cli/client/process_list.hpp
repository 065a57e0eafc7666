// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata ps`: what runs in a session, once or again and again.
command ps_command(std::ostream& out);

} // namespace strata::client
