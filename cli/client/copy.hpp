// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace strata::client {

/// `strata cp`: a file into a session or out of it.
command copy_command();

} // namespace strata::client
