// SPDX-License-Identifier: MIT
#include "protocols/http/routes.hpp"

#include <array>

namespace strata {

namespace {

using enum identity_rule;

constexpr std::array<std::string_view, 9> list_parameters{"owner",         "state*", "meta.", "uid",   "base",
                                                          "created_after", "order",  "limit", "cursor"};
constexpr std::array<std::string_view, 3> close_parameters{"expect_uid", "wait", "reason"};
constexpr std::array<std::string_view, 8> socket_parameters{"mode", "cols", "rows",   "since",
                                                            "view", "lag",  "create", "expect_uid"};
constexpr std::array<std::string_view, 2> mcp_parameters{"tools", "names"};
constexpr std::array<std::string_view, 1> session_parameters{"expect_uid"};

// clang-format off
const std::array routes{
  http_route{"POST",   "/api/sessions", headers_win, {}, serve_create_session},
  http_route{"GET",    "/api/sessions", headers_agree, list_parameters, serve_list_sessions},
  http_route{"GET",    "/api/sessions/{owner}/{session}", headers_agree, session_parameters, serve_get_session},
  http_route{"PATCH",  "/api/sessions/{owner}/{session}", headers_agree, session_parameters, serve_update_session},
  http_route{"DELETE", "/api/sessions/{owner}/{session}", headers_win, close_parameters, serve_close_session},
  http_route{"GET",    "/api/sessions/{owner}/{session}/stats", headers_agree, session_parameters, serve_session_stats},
  http_route{"POST",   "/api/sessions/{owner}/{session}/exec", headers_win, session_parameters, serve_exec},
  http_route{"POST",   "/api/sessions/exec", headers_win, session_parameters, serve_exec},
  http_route{"GET",    "/api/sessions/{owner}/{session}/shells", headers_agree, session_parameters, serve_list_shells},
  http_route{"PUT",    "/api/sessions/{owner}/{session}/shells/{name}", headers_agree, session_parameters, serve_open_shell},
  http_route{"DELETE", "/api/sessions/{owner}/{session}/shells/{name}", headers_agree, session_parameters, serve_close_shell},
  http_route{"GET",    "/api/ws/{owner}/{session}/shell", headers_win, socket_parameters, serve_shell_socket},
  http_route{"GET",    "/api/ws/shell", headers_win, socket_parameters, serve_shell_socket},
  http_route{"POST",   "/mcp", headers_win, mcp_parameters, serve_mcp},
  http_route{"POST",   "/mcp/", headers_win, mcp_parameters, serve_mcp},
  http_route{"DELETE", "/mcp", headers_win, mcp_parameters, serve_mcp_end},
  http_route{"DELETE", "/mcp/", headers_win, mcp_parameters, serve_mcp_end},
  http_route{"GET",    "/api/stats", headers_win, {}, serve_stats},
  http_route{"GET",    "/healthz", headers_win, {}, serve_health},
  http_route{"GET",    "/readyz", headers_win, {}, serve_readiness},
  http_route{"GET",    "/api/version", headers_agree, {}, serve_version},
  http_route{"GET",    "/api/capabilities", headers_agree, {}, serve_capabilities},
  http_route{"GET",    "/openapi.json", headers_agree, {}, serve_openapi},
};
// clang-format on

} // namespace

std::span<const http_route> all_routes() { return routes; }

std::string pattern_by_uid(const http_route& route) {
  constexpr std::string_view key = "/{owner}/{session}";
  std::string pattern{route.pattern};
  const auto at = pattern.find(key);
  return at == pattern.npos ? std::string{} : pattern.replace(at, key.size(), "/@/{uid}");
}

} // namespace strata
