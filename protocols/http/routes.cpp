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
constexpr std::array<std::string_view, 7> process_socket_parameters{"mode", "since", "tail",      "stream",
                                                                    "view", "lag",   "expect_uid"};
constexpr std::array<std::string_view, 2> mcp_parameters{"tools", "names"};
constexpr std::array<std::string_view, 1> session_parameters{"expect_uid"};
constexpr std::array<std::string_view, 6> process_list_parameters{"state*", "kind*", "tag", "limit", "cursor", "expect_uid"};
constexpr std::array<std::string_view, 2> process_parameters{"wait_ms", "expect_uid"};
constexpr std::array<std::string_view, 3> process_end_parameters{"grace_ms", "purge", "expect_uid"};
constexpr std::array<std::string_view, 10> output_parameters{"since",  "tail", "limit", "wait_ms", "until",
                                                             "stream", "lag",  "as",    "follow",  "expect_uid"};
constexpr std::array<std::string_view, 4> stdin_parameters{"at", "eof", "wait_ms", "expect_uid"};
constexpr std::array<std::string_view, 4> terminal_list_parameters{"state*", "limit", "cursor", "expect_uid"};
constexpr std::array<std::string_view, 3> input_parameters{"at", "wait_ms", "expect_uid"};
constexpr std::array<std::string_view, 5> screen_parameters{"format", "version", "wait_ms", "quiet_ms", "expect_uid"};
constexpr std::array<std::string_view, 3> file_parameters{"path", "user", "expect_uid"};
constexpr std::array<std::string_view, 6> write_parameters{"path", "user", "mode", "parents", "create", "expect_uid"};
constexpr std::array<std::string_view, 4> stat_parameters{"path", "user", "follow", "expect_uid"};
constexpr std::array<std::string_view, 4> remove_parameters{"path", "user", "recursive", "expect_uid"};
constexpr std::array<std::string_view, 7> file_list_parameters{"path",   "user",   "depth",     "limit",
                                                               "cursor", "hidden", "expect_uid"};
constexpr std::array<std::string_view, 12> search_parameters{"path",   "user",    "name",  "text",      "regex",  "ignore_case",
                                                             "hidden", "context", "limit", "max_bytes", "cursor", "expect_uid"};
constexpr std::array<std::string_view, 8> watch_parameters{"path",    "user",  "recursive", "since",
                                                           "wait_ms", "limit", "as",        "expect_uid"};
constexpr std::array<std::string_view, 4> pack_parameters{"path", "user", "format", "expect_uid"};
constexpr std::array<std::string_view, 5> unpack_parameters{"path", "user", "links", "create", "expect_uid"};

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
  http_route{"POST",   "/api/sessions/{owner}/{session}/processes", headers_agree, session_parameters, serve_start_process},
  http_route{"GET",    "/api/sessions/{owner}/{session}/processes", headers_agree, process_list_parameters, serve_list_processes},
  http_route{"GET",    "/api/sessions/{owner}/{session}/processes/{process}", headers_agree, process_parameters, serve_get_process},
  http_route{"DELETE", "/api/sessions/{owner}/{session}/processes/{process}", headers_agree, process_end_parameters, serve_end_process},
  http_route{"GET",    "/api/sessions/{owner}/{session}/processes/{process}/output", headers_agree, output_parameters, serve_output},
  http_route{"POST",   "/api/sessions/{owner}/{session}/processes/{process}/stdin", headers_agree, stdin_parameters, serve_write_stdin},
  http_route{"DELETE", "/api/sessions/{owner}/{session}/processes/{process}/stdin", headers_agree, session_parameters, serve_close_stdin},
  http_route{"POST",   "/api/sessions/{owner}/{session}/processes/{process}/signal", headers_agree, session_parameters, serve_signal_process},
  http_route{"GET",    "/api/sessions/{owner}/{session}/terminals", headers_agree, terminal_list_parameters, serve_list_terminals},
  http_route{"POST",   "/api/sessions/{owner}/{session}/terminals", headers_agree, session_parameters, serve_open_terminal},
  http_route{"PUT",    "/api/sessions/{owner}/{session}/terminals/{name}", headers_agree, session_parameters, serve_open_named_terminal},
  http_route{"GET",    "/api/sessions/{owner}/{session}/terminals/{name}", headers_agree, process_parameters, serve_get_terminal},
  http_route{"PATCH",  "/api/sessions/{owner}/{session}/terminals/{name}", headers_agree, session_parameters, serve_resize_terminal},
  http_route{"DELETE", "/api/sessions/{owner}/{session}/terminals/{name}", headers_agree, process_end_parameters, serve_end_terminal},
  http_route{"POST",   "/api/sessions/{owner}/{session}/terminals/{name}/input", headers_agree, input_parameters, serve_terminal_input},
  http_route{"GET",    "/api/sessions/{owner}/{session}/terminals/{name}/output", headers_agree, output_parameters, serve_terminal_output},
  http_route{"GET",    "/api/sessions/{owner}/{session}/terminals/{name}/screen", headers_agree, screen_parameters, serve_screen},
  http_route{"GET",    "/api/sessions/{owner}/{session}/files", headers_agree, file_parameters, serve_read_file},
  http_route{"PUT",    "/api/sessions/{owner}/{session}/files", headers_agree, write_parameters, serve_write_file, true},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files", headers_agree, write_parameters, serve_append_to_file, true},
  http_route{"PATCH",  "/api/sessions/{owner}/{session}/files", headers_agree, file_parameters, serve_set_file_attributes},
  http_route{"DELETE", "/api/sessions/{owner}/{session}/files", headers_agree, remove_parameters, serve_remove_file},
  http_route{"GET",    "/api/sessions/{owner}/{session}/files/stat", headers_agree, stat_parameters, serve_stat_file},
  http_route{"GET",    "/api/sessions/{owner}/{session}/files/list", headers_agree, file_list_parameters, serve_list_files},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files/mkdir", headers_agree, session_parameters, serve_make_directory},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files/move", headers_agree, session_parameters, serve_move_file},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files/copy", headers_agree, session_parameters, serve_copy_file},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files/symlink", headers_agree, session_parameters, serve_make_symlink},
  http_route{"POST",   "/api/sessions/{owner}/{session}/files/edit", headers_agree, session_parameters, serve_edit_file},
  http_route{"GET",    "/api/sessions/{owner}/{session}/files/search", headers_agree, search_parameters, serve_search_files},
  http_route{"GET",    "/api/sessions/{owner}/{session}/files/watch", headers_agree, watch_parameters, serve_watch_files},
  http_route{"GET",    "/api/sessions/{owner}/{session}/archive", headers_agree, pack_parameters, serve_read_archive},
  http_route{"PUT",    "/api/sessions/{owner}/{session}/archive", headers_agree, unpack_parameters, serve_write_archive, true},
  http_route{"GET",    "/api/ws/{owner}/{session}/shell", headers_win, socket_parameters, serve_shell_socket},
  http_route{"GET",    "/api/ws/{owner}/{session}/terminals/{name}", headers_agree, socket_parameters, serve_terminal_socket},
  http_route{"GET",    "/api/ws/{owner}/{session}/processes/{process}", headers_agree, process_socket_parameters, serve_process_socket},
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
