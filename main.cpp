// SPDX-License-Identifier: MIT
#include "cli/client/attach.hpp"
#include "cli/client/copy.hpp"
#include "cli/client/exec.hpp"
#include "cli/client/files.hpp"
#include "cli/client/process_list.hpp"
#include "cli/client/processes.hpp"
#include "cli/client/sessions.hpp"
#include "cli/client/shell.hpp"
#include "cli/client/terminals.hpp"
#include "cli/command_line.hpp"
#include "cli/mcp/mcp.hpp"
#include "cli/operator/base.hpp"
#include "cli/operator/check.hpp"
#include "cli/operator/run.hpp"
#include "config/settings_variables.hpp"

#include <algorithm>
#include <iostream>

int main(int count, char** words) {
  std::vector<strata::command> commands{strata::run_command(), strata::check_command(std::cout)};
  std::ranges::move(strata::client::session_commands(std::cout), std::back_inserter(commands));
  commands.push_back(strata::client::exec_command());
  commands.push_back(strata::client::ps_command(std::cout));
  std::ranges::move(strata::client::process_commands(std::cout), std::back_inserter(commands));
  commands.push_back(strata::client::attach_command());
  std::ranges::move(strata::client::terminal_commands(std::cout), std::back_inserter(commands));
  commands.push_back(strata::client::copy_command());
  std::ranges::move(strata::client::file_commands(std::cout), std::back_inserter(commands));
  commands.push_back(strata::client::shell_command(std::cout));
  commands.push_back(strata::client::mcp_command(std::cerr));
  std::ranges::move(strata::base_commands(std::cerr), std::back_inserter(commands));
  return strata::run_command_line({words + std::min(count, 1), words + count}, commands, strata::own_environment(), std::cout,
                                  std::cerr);
}
