// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "protocols/http/problem_log.hpp"
#include "protocols/server_options.hpp"

#include <atomic>

namespace strata {

class mcp_sessions;

/// What every protocol knows of the server. Outlives every call that is open.
struct server_facts {
  gateway& door;
  const server_options& options;
  const std::atomic<bool>& draining;
  problem_log& problems;
  mcp_sessions& mcp;
};

} // namespace strata
