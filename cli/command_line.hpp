// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace strata {

/// Finds the command in `words` (argv without the program's name), runs it and gives the exit code: the command's own,
/// or its failure_code with one line "strata: ..." on `err` for anything that was not understood. `help`, `version`, --help and --version,
/// and help for no words at all, need no command of that name. `environment`: "NAME=value".
int run_command_line(const std::vector<std::string>& words, const std::vector<command>& commands,
                     const std::vector<std::string>& environment, std::ostream& out, std::ostream& err);

/// "0.1.0".
std::string version_text();

} // namespace strata
