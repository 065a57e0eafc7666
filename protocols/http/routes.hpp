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
  bool streams_body = false; ///< see exchange
};

/// Every route, once.
std::span<const http_route> all_routes();

/// The route's other pattern, where a session may be named by its uid alone: "/@/{uid}" in place of "/{owner}/{session}".
/// A literal segment: an owner that is called @ is written %40. Empty: the route has none.
std::string pattern_by_uid(const http_route& route);

// routes/named_session.cpp
/// Which session the path, the headers and ?expect_uid= name.
result<session_ref> session_of(const exchange& asked);
/// Where the session's resources are, named as the request named it: "/api/sessions/owner/session".
std::string place_of(const session_ref& session);
/// Adds what a body says; `identity_mismatch` when that is another one.
result<void> expect_uid(session_ref& session, const std::string& uid);

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
// routes/processes.cpp
void serve_start_process(exchange& asked);
void serve_list_processes(exchange& asked);
void serve_get_process(exchange& asked);
void serve_end_process(exchange& asked);
void serve_signal_process(exchange& asked);
// routes/stdin.cpp
void serve_write_stdin(exchange& asked);
void serve_close_stdin(exchange& asked);
// routes/output.cpp
void serve_output(exchange& asked);
// routes/terminals.cpp, routes/screen.cpp
void serve_open_terminal(exchange& asked);
void serve_open_named_terminal(exchange& asked);
void serve_list_terminals(exchange& asked);
void serve_get_terminal(exchange& asked);
void serve_resize_terminal(exchange& asked);
void serve_end_terminal(exchange& asked);
void serve_terminal_input(exchange& asked);
void serve_terminal_output(exchange& asked);
void serve_screen(exchange& asked);
// routes/read_file.cpp
void serve_read_file(exchange& asked);
// routes/write_file.cpp
void serve_write_file(exchange& asked);
void serve_append_to_file(exchange& asked);
// routes/file_tree.cpp
void serve_stat_file(exchange& asked);
void serve_list_files(exchange& asked);
void serve_set_file_attributes(exchange& asked);
void serve_make_directory(exchange& asked);
void serve_move_file(exchange& asked);
void serve_copy_file(exchange& asked);
void serve_make_symlink(exchange& asked);
void serve_edit_file(exchange& asked);
void serve_remove_file(exchange& asked);
// routes/archive.cpp, routes/file_search.cpp, routes/file_watch.cpp
void serve_read_archive(exchange& asked);
void serve_write_archive(exchange& asked);
void serve_search_files(exchange& asked);
void serve_watch_files(exchange& asked);
// routes/shell_socket.cpp
void serve_shell_socket(exchange& asked);
void serve_terminal_socket(exchange& asked);
void serve_process_socket(exchange& asked);
// routes/shells.cpp
void serve_list_shells(exchange& asked);
void serve_open_shell(exchange& asked);
void serve_close_shell(exchange& asked);
// routes/mcp.cpp
void serve_mcp(exchange& asked);
void serve_mcp_end(exchange& asked);
// routes/server.cpp
void serve_stats(exchange& asked);
void serve_health(exchange& asked);
void serve_readiness(exchange& asked);
void serve_version(exchange& asked);
void serve_capabilities(exchange& asked);
// routes/openapi.cpp
void serve_openapi(exchange& asked);

} // namespace strata
