// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace strata::client {

/// `strata exec`: runs a command in a session, with this process's input, output, signals and terminal. The exit code is the
/// command's; 128+n when signal n ended it, 124 timed out, 125 Strata's own error, 126 not executable, 127 not found.
command exec_command();

} // namespace strata::client
