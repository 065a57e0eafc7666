// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/server_core.hpp"
#include "protocols/http/strand.hpp"

#include <memory>

namespace strata {

/// Tells a client beyond the connection limit so (503) without reading its request, and closes. At most 64 of them are
/// waited for until they have read it; more are closed at once.
void turn_away(connection_socket socket, std::shared_ptr<server_core> core);

} // namespace strata
