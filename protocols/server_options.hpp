// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/problem_log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace strata {

/// One address to listen on: an IP literal ("127.0.0.1", "::1", "0.0.0.0", "::") and a port; 0 lets the kernel choose.
/// Names are resolved by the settings layer, which also decides what ":2280" means.
struct listen_address {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const listen_address&) const = default;
};

/// One answered request, for the access log. Handed over on an io thread; must not block.
struct access_record {
  std::string request_id; ///< empty when the request could not be read
  std::string peer;       ///< "127.0.0.1:40000", "[::1]:40000"
  std::string method;     ///< as sent, a token; empty when the request could not be read
  std::string target;     ///< at most 512 bytes, everything but visible ASCII as \xNN
  int status = 0;
  std::size_t sent_bytes = 0; ///< of the body
  std::chrono::microseconds took{0};
  bool delivered = true; ///< false: the client was gone before the answer
};

/// What GET /api/capabilities shows beside the protocol's own bounds, e.g. {"max_sessions", 100}.
using capability = std::pair<std::string, std::variant<bool, std::int64_t, std::string>>;

/// The knobs of the HTTP side. Every bound is checked before memory is spent on what it bounds.
struct server_options {
  std::vector<listen_address> addresses; ///< at least one; all must bind or start() fails
  int backlog = 1024;                    ///< listen(2); the kernel caps it at net.core.somaxconn
  std::size_t max_connections = 1024;    ///< beyond it: 503 and close

  std::size_t header_limit = 16 << 10;    ///< bytes of request line and header fields; beyond: 431
  std::size_t body_limit = 8 << 20;       ///< bytes of a decoded body; beyond: 413
  std::size_t buffered_limit = 256 << 20; ///< bytes of the bodies of all requests at one time; beyond: 503
  std::chrono::milliseconds header_timeout = std::chrono::seconds{10}; ///< from a request's first byte; then 408
  std::chrono::milliseconds body_timeout = std::chrono::seconds{60};   ///< from the end of its header; then 408
  std::chrono::milliseconds idle_timeout = std::chrono::seconds{75};   ///< between requests; then the connection is closed
  std::chrono::milliseconds write_timeout = std::chrono::seconds{60};  ///< without progress of an answer; then reset
  std::chrono::milliseconds linger_timeout = std::chrono::seconds{2};  ///< for the client to read a last answer

  /// Host names under which browsers may reach the server, beside localhost, *.localhost and IP literals; "*": any.
  /// Guards against DNS rebinding: a page's own name that resolves to this server is refused with 403.
  std::vector<std::string> allowed_hosts;
  /// Origins of web pages that may call, e.g. "https://ui.example.org", beside the server's own; "*": any.
  std::vector<std::string> allowed_origins;

  bool mcp_conformance = false; ///< serve what the MCP conformance suite asks of a server under test, too

  std::string version = "0.0.0";                       ///< GET /api/version
  std::vector<capability> capabilities;                ///< bounds of the actors that are in force, for GET /api/capabilities
  std::function<void(const access_record&)> on_access; ///< empty: no access log
  problem_sink on_problem;                             ///< "accept" {address, error}; rate limited
};

} // namespace strata
