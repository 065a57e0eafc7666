// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

namespace strata::test {

struct shell_answer {
  int exit_code = -1; ///< 128+n when signal n ended it
  std::string text;   ///< standard output
};

/// Runs a line of bash on this host and waits. It sees of the environment what tested_environment() gives, and more.
shell_answer shell(const std::string& line, const std::map<std::string, std::string>& environment = {});

} // namespace strata::test
