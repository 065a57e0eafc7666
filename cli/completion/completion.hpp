// SPDX-License-Identifier: MIT
#pragma once

#include "cli/completion/completion_words.hpp"

#include <string>
#include <vector>

namespace strata {

/// Scripts that complete `strata` in a shell. Names of sessions are asked of the server that STRATA_ADDR names, when there is
/// one. Pure.
std::string bash_completion(const std::vector<completed_command>& commands);
std::string zsh_completion(const std::vector<completed_command>& commands);
std::string fish_completion(const std::vector<completed_command>& commands);

/// For "bash", "zsh", "fish". An error names them.
result<std::string> completion_script(const std::string& shell, const std::vector<command>& commands);

} // namespace strata
