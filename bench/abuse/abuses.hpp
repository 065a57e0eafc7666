// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace strata::bench {

/// Something that one tenant does and that another must hardly feel.
struct abuse {
  std::string name;
  std::string command; ///< in a session of its own; empty: a client does it
  /// By a client, on a thread of its own, until it is told to stop; ends by itself after a minute.
  std::function<void(std::uint16_t port, std::stop_token stop)> client;
};

/// What runs inside a session.
std::vector<abuse> inside_abuses();
/// What a client does to the port.
std::vector<abuse> client_abuses();

} // namespace strata::bench
