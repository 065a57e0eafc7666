// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/processes.hpp"
#include "isolation/agent/server_link.hpp"
#include "isolation/agent/shells.hpp"

namespace strata::agent {

/// Decodes what the server asks and hands it on.
struct requests {
  server_link& server;
  processes& programs;
  shells& command_shells;
  hunting_ground ground;

  void take(requester from, wire::frame frame);
};

} // namespace strata::agent
