// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Where to listen. As written, `host` is a name, an IP literal or empty; as resolved, an IP literal.
struct socket_address {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const socket_address&) const = default;
};

/// "host:port", "[v6]:port" or ":port". The error's message goes after the value: "has no port". Pure.
result<socket_address> parse_socket_address(std::string_view text);

/// "127.0.0.1:2280", "[::1]:2280", ":2280". Pure.
std::string to_string(const socket_address& address);

/// Whether only this host can reach the address: 127.0.0.0/8, ::1, or such an IPv4 address inside IPv6. Pure.
bool is_loopback(const socket_address& resolved);

/// IP literals for what was written, in its order and without doubles. An empty host is loopback, v4 and v6; ::1 is left
/// out of a name's or an empty host's addresses when this host has none. Without `anyone_may` an address that is not
/// loopback is an error. May ask the name service, hence blocks for seconds at worst.
result<std::vector<socket_address>> resolve_addresses(const std::vector<socket_address>& written, bool anyone_may);

} // namespace strata
