// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <sys/types.h>

namespace strata::bench {

/// Many connections of all protocols at once, each with a session of its own that it uses without a pause: what each
/// protocol's exec takes beside REST's, and whether the server's descriptors and memory grow. False: something failed, or the server grows.
bool measure_mixed(std::uint16_t port, pid_t server, int connections, std::chrono::seconds how_long);

} // namespace strata::bench
