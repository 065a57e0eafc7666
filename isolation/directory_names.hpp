// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <vector>

namespace strata {

/// The names in a directory in no order, "." and ".." left out. `directory` may be O_PATH.
result<std::vector<std::string>> directory_names(int directory);

} // namespace strata
