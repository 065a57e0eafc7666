// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata new`, `ls`, `inspect`, `rm`, `stats`: sessions of a server, for people and, with --json, for scripts.
std::vector<command> session_commands(std::ostream& out);

} // namespace strata::client
