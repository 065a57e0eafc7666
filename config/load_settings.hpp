// SPDX-License-Identifier: MIT
#pragma once

#include "config/given_value.hpp"

#include <string>
#include <vector>

namespace strata {

/// Where settings come from, the strongest first: flags, environment, file, defaults.
struct settings_sources {
  std::vector<given_value> flags;
  std::string config_file;              ///< --config; empty: STRATA_CONFIG, else default_file if it exists
  std::vector<std::string> environment; ///< "NAME=value"
  std::string default_file = "/etc/strata/strata.toml";
};

struct loaded_settings {
  settings values;
  std::string file;                  ///< that was read; empty: none
  std::vector<std::string> warnings; ///< what an operator should know; for the log
};

/// Reads, checks and merges. The first thing wrong is an error that names the setting, the value, its place and what is
/// allowed; a value that a stronger source overrides is checked as well.
result<loaded_settings> load_settings(const settings_sources& sources);

/// All knobs at their defaults.
settings default_settings();

} // namespace strata
