// SPDX-License-Identifier: MIT
#pragma once

#include "config/knob.hpp"

#include <string>

namespace strata {

/// What somebody set a knob to, and where, for errors: "--addr", "STRATA_SERVER_ADDR", "/etc/strata/strata.toml, line 3".
struct given_value {
  const knob* which = nullptr;
  std::string value;
  std::string origin;
};

} // namespace strata
