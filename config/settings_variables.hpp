// SPDX-License-Identifier: MIT
#pragma once

#include "config/given_value.hpp"

#include <string>
#include <vector>

namespace strata {

/// The settings among the environment's "NAME=value" words.
struct settings_variables {
  std::vector<given_value> values;
  std::string config_file;           ///< STRATA_CONFIG; empty: not given
  std::vector<std::string> warnings; ///< names that look like ours and are not
};

/// An empty variable counts as not set. An unknown name that begins with STRATA_SERVER_, STRATA_SANDBOX_ or STRATA_LOG_
/// is an error; another unknown STRATA_ name a warning, unless it is one of the client programs'. Pure.
result<settings_variables> read_settings_variables(const std::vector<std::string>& environment);

/// The process' own environment as such words. Not while another thread changes it.
std::vector<std::string> own_environment();

} // namespace strata
