// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata cli` (alias `shell`): a session's terminal on this one. The session is made when it is not there, and is then closed
/// at the end, however that comes. Flags and banner are the seed's. The exit code is the shell's; 0 after the detach keys.
command shell_command(std::ostream& out);

} // namespace strata::client
