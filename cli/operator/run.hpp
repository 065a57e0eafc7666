// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace strata {

/// `strata run`: the server in the foreground, until a signal ends it.
command run_command();

/// Puts a server together and serves until a signal; logs to standard error. 0 when it stopped in order and nothing is left,
/// 1 when it had to give up waiting for that; an error when it could not start.
result<int> run_server(const loaded_settings& loaded);

} // namespace strata
