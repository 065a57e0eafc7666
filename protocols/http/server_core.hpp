// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/byte_budget.hpp"
#include "protocols/http/connection_set.hpp"
#include "protocols/http/http_service.hpp"
#include "protocols/problem_log.hpp"
#include "protocols/http/upgraded.hpp"
#include "protocols/mcp/mcp_sessions.hpp"
#include "protocols/server_options.hpp"

#include <atomic>

namespace strata {

/// What all connections of a server share. Outlives them.
struct server_core {
  server_core(gateway& door, server_options knobs)
    : options{std::move(knobs)}, facts{door, options, draining, problems, mcp}, service{facts},
      connections{options.max_connections}, bodies{options.buffered_limit}, problems{options.on_problem} {}

  const server_options options;
  std::atomic<bool> draining{false}; ///< /readyz
  std::atomic<bool> stopping{false}; ///< every answer is its connection's last
  mcp_sessions mcp;
  const server_facts facts;
  const http_service service;
  connection_set connections;
  byte_budget bodies;
  problem_log problems;
  upgrade http2; ///< who takes a connection that begins in HTTP/2; set before the first one. Empty: it is refused
  std::atomic<int> turned_away{0}; ///< connections beyond the limit that still read their 503
};

} // namespace strata
