// SPDX-License-Identifier: MIT
#pragma once

#include "actors/runtime_options.hpp"
#include "config/settings.hpp"
#include "isolation/sandbox_host.hpp"
#include "protocols/server_options.hpp"

#include <vector>

namespace strata {

// What an operator set, in the words of each layer. Callbacks are left empty. All pure.

host_options host_options_of(const settings& values);

/// `base`: name of the base that the host gives, "host" or "rootfs".
runtime_options runtime_options_of(const settings& values, const std::string& base, const limit_means& means);

/// `addresses` are resolved. `driver`: the overlay driver in use, for GET /api/capabilities.
server_options server_options_of(const settings& values, const std::vector<socket_address>& addresses, const std::string& base,
                                 std::string_view driver);

} // namespace strata
