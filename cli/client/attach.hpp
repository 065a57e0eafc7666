// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace strata::client {

/// `strata attach`: on this terminal, a terminal of a session or the output and input of another process.
command attach_command();

} // namespace strata::client
