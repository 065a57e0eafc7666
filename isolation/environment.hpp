// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

namespace strata {

/// The whole environment of a command inside, as K=V: the fixed one of every session, then `own` on top.
/// Nothing of the server's environment is in it.
std::vector<std::string> command_environment(const std::map<std::string, std::string>& own);

/// Only `own`, as K=V.
std::vector<std::string> assignments(const std::map<std::string, std::string>& own);

} // namespace strata
