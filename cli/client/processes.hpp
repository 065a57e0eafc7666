// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata ps`, `logs`, `wait`, `kill`, `input`: what runs and ran in a session. A process is named by its id, pid:N or tag:T.
std::vector<command> process_commands(std::ostream& out);

} // namespace strata::client
