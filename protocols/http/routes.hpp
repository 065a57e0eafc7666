// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/exchange.hpp"

#include <span>
#include <string_view>

namespace strata {

/// One route: what it matches, what it takes, and who serves it.
struct http_route {
  std::string_view method;
  std::string_view pattern; ///< see router
  identity_rule identity;   ///< headers_win: a route of the seed, which also ignores parameters that it does not know
  std::span<const std::string_view> parameters; ///< see check_parameters; a static array
  void (*serve)(exchange&);
};

/// Every route, once.
std::span<const http_route> all_routes();

/// Which session the path, the headers and ?expect_uid= name.
result<session_ref> session_of(const exchange& asked);

// routes/sessions.cpp
void serve_create_session(exchange& asked);
void serve_list_sessions(exchange& asked);
// routes/session.cpp
void serve_get_session(exchange& asked);
void serve_update_session(exchange& asked);
void serve_close_session(exchange& asked);
void serve_session_stats(exchange& asked);
// routes/exec.cpp
void serve_exec(exchange& asked);
// routes/shell_socket.cpp
void serve_shell_socket(exchange& asked);
// routes/shells.cpp
void serve_list_shells(exchange& asked);
void serve_open_shell(exchange& asked);
void serve_close_shell(exchange& asked);
// routes/server.cpp
void serve_stats(exchange& asked);
void serve_health(exchange& asked);
void serve_readiness(exchange& asked);
void serve_version(exchange& asked);
void serve_capabilities(exchange& asked);

} // namespace strata
