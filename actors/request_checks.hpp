// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"
#include "actors/runtime_options.hpp"
#include "config/error.hpp"

#include <string_view>

namespace strata {

/// What a request must hold to be taken at all, once for every protocol. Errors name the field: `invalid_argument`,
/// `unsupported` for what this version does not do, `permission_denied` for what the operator does not allow,
/// `too_large` for a command beyond 8 MiB. None of them costs more than looking at the request.
result<void> check(const create_session& request, const runtime_options& options);
result<void> check(const exec_request& request);
result<void> check(const open_shell& request);
result<void> check(const update_session& request);
result<void> check(const list_sessions& request);
result<void> check(const close_session& request);
result<void> check(const get_session_stats& request);
result<void> check(const list_shells& request);
result<void> check(const close_shell& request);
result<void> check(const attach_terminal& request);
result<void> check(const open_terminal& request);
result<void> check(const resize_terminal& request);
result<void> check(const get_screen& request);
result<void> check(const signal_process& request);
result<void> check(const start_process& request);
result<void> check(const get_process& request);
result<void> check(const list_processes& request);
result<void> check(const end_process& request);
result<void> check(const read_output& request);
result<void> check(const attach_process& request);
result<void> check(const write_stdin& request);
result<void> check(const stat_file& request);
result<void> check(const list_files& request);
result<void> check(const read_file& request);
result<void> check(const write_file& request);
result<void> check(const make_directory& request);
result<void> check(const move_file& request); ///< and copy_file
result<void> check(const remove_file& request);
result<void> check(const set_file_attributes& request);
result<void> check(const make_symlink& request);
result<void> check(const edit_file& request);
result<void> check(const search_files& request);
result<void> check(const read_archive& request);
result<void> check(const write_archive& request);
result<void> check(const watch_files& request);

/// A key, or a uid, or both.
result<void> check(const session_ref& session);

/// 1-64 of [A-Za-z0-9._-]. "fresh" passes: whether it may stand for no shell is the caller's to say.
result<void> check_shell_name(std::string_view name);

/// The number of a signal by its name, with or without SIG (signal(7)); nothing for one that Linux does not have.
std::optional<int> signal_number(std::string_view name) noexcept;

/// Labels of a session: at most 64, names of 1-128 bytes without control characters, 16 KiB together.
result<void> check_metadata(const string_map& metadata);
/// Names [A-Za-z_][A-Za-z0-9_]*, no NUL in values, each less than 128 KiB, 256 KiB together.
result<void> check_env(const string_map& env);

/// The network's name in the API: "none" or "host".
std::string_view to_string(network_mode mode) noexcept;

} // namespace strata
