// SPDX-License-Identifier: MIT
#include "cli/command_line.hpp"
#include "config/settings_variables.hpp"

#include <algorithm>
#include <iostream>

int main(int count, char** words) {
  return strata::run_command_line({words + std::min(count, 1), words + count}, {}, strata::own_environment(), std::cout, std::cerr);
}
