// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>

namespace strata::client {

/// `strata mcp`: a server of the Model Context Protocol at standard input and output, for agents that start one
/// ("stdio" transport); a bridge to a Strata that runs already. Ends with its input, when all is answered.
command mcp_command(std::ostream& err);

} // namespace strata::client
