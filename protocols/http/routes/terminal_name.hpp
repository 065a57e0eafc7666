// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/exchange.hpp"

namespace strata {

/// A terminal is a process that has a name: from here on the path's {name} is a process by that.
inline void name_terminal(exchange& asked) { asked.path[2] = "name:" + asked.path[2]; }

} // namespace strata
