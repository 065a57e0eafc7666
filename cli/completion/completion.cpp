// SPDX-License-Identifier: MIT
#include "cli/completion/completion.hpp"

#include "config/escaped.hpp"

#include <fmt/format.h>

namespace strata {

result<std::string> completion_script(const std::string& shell, const std::vector<command>& commands) {
  const auto completed = completed_commands(commands);
  if (shell == "bash")
    return bash_completion(completed);
  if (shell == "zsh")
    return zsh_completion(completed);
  if (shell == "fish")
    return fish_completion(completed);
  return error{errc::invalid_argument, fmt::format("complete for shell {}: expected bash, zsh or fish", in_quotes(shell))};
}

} // namespace strata
