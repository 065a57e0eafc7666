// SPDX-License-Identifier: MIT
#include "actors/request_checks.hpp"

#include "actors/session_ids.hpp"
#include "config/escaped.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t max_command_bytes = 8 << 20;
constexpr std::int64_t max_output_bytes = 8 << 20;
/// What execve(2) takes of one string (MAX_ARG_STRLEN), without the NUL.
constexpr std::size_t max_argument_bytes = (128 << 10) - 1;
constexpr std::size_t max_arguments = 4096;
constexpr std::size_t max_argv_bytes = 1 << 20;
constexpr std::size_t max_variable_bytes = max_argument_bytes - 1; ///< without "=", too
/// Ten years: beyond any use, and far from the end of the clock's range.
constexpr std::int64_t max_duration_ms = 10LL * 366 * 24 * 60 * 60 * 1000;

error invalid(std::string message) { return error{errc::invalid_argument, std::move(message)}; }

error unsupported(std::string_view field) {
  return error{errc::unsupported, fmt::format("{} is not supported by this version", field), {{"field", std::string{field}}}};
}

result<void> check_text(std::string_view field, std::string_view text, std::size_t longest) {
  if (text.find('\0') != text.npos)
    return invalid(fmt::format("{} has a NUL byte", field));
  if (text.size() > longest)
    return invalid(fmt::format("{} is longer than {} bytes", field, longest));
  return {};
}

/// PATH_MAX of Linux with its NUL, and useradd(8)'s 32 with room for uid:gid.
result<void> check_cwd(std::string_view cwd) { return check_text("cwd", cwd, 4095); }
result<void> check_user(std::string_view user) { return check_text("user", user, 128); }

result<void> check_size(std::uint16_t cols, std::uint16_t rows) {
  if (cols < 1 || cols > 1000 || rows < 1 || rows > 1000)
    return invalid("cols and rows are not between 1 and 1000");
  return {};
}

result<void> check_duration(std::string_view field, const std::optional<std::int64_t>& value) {
  if (value && *value < 0)
    return invalid(fmt::format("{} is negative", field));
  if (value && *value > max_duration_ms)
    return invalid(fmt::format("{} is more than {} (ten years)", field, max_duration_ms));
  return {};
}

result<void> check_one_of(std::string_view field, std::string_view value, std::string_view first, std::string_view second) {
  if (value == first || value == second)
    return {};
  return invalid(fmt::format("{} is neither {} nor {}", field, first, second));
}

result<void> check_limits(const session_limits& limits) {
  result<void> found;
  session_limits::fields(limits, [&](const char* name, const auto& value, const char*) {
    if (value && found)
      found = unsupported(fmt::format("limits.{}", name));
  });
  return found;
}

result<void> check_network(const network_policy& network, const runtime_options& options) {
  if (!network.allow.empty())
    return unsupported("network.allow");
  if (!network.deny.empty())
    return unsupported("network.deny");
  if (network.mode == "egress")
    return unsupported("network.mode egress");
  if (network.mode == "host" && !options.allow_host_network && options.network != network_mode::host)
    return error{errc::permission_denied, "network.mode host is not allowed on this server", {{"field", "network.mode"}}};
  if (network.mode.empty() || network.mode == "none" || network.mode == "host")
    return {};
  return invalid(fmt::format("network.mode is {} (allowed: none, host, egress)", in_quotes(network.mode)));
}

result<void> check_at_end(std::string_view field, std::string_view what) {
  if (what == "freeze" || what == "stop")
    return unsupported(fmt::format("{} {}", field, what));
  return what == "close" ? result<void>{} : invalid(fmt::format("{} is none of close, freeze and stop", field));
}

bool is_env_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0])
         && std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Only the new values: null removes and needs no value.
string_map given(const std::map<std::string, std::optional<std::string>>& changes) {
  string_map values;
  for (const auto& [name, value] : changes)
    values.emplace(name, value.value_or(""));
  return values;
}

} // namespace

std::string_view to_string(network_mode mode) noexcept { return mode == network_mode::host ? "host" : "none"; }

result<void> check_shell_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (name.empty() || name.size() > 64 || name.find_first_not_of(allowed) != name.npos || name == "." || name == "..")
    return invalid("shell is not a name of 1-64 characters of [A-Za-z0-9._-]");
  return {};
}

result<void> check_metadata(const string_map& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) {
    STRATA_CHECK(check_id("a name in metadata", name));
    bytes += name.size() + value.size();
  }
  if (metadata.size() > 64 || bytes > (16 << 10))
    return invalid("metadata has more than 64 entries or 16 KiB");
  return {};
}

result<void> check_env(const string_map& env) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : env) {
    if (!is_env_name(name))
      return invalid("a name in env is not [A-Za-z_][A-Za-z0-9_]*");
    if (value.find('\0') != value.npos)
      return invalid(fmt::format("env {} has a NUL byte", name));
    if (name.size() + value.size() > max_variable_bytes)
      return invalid(fmt::format("env {} is longer than {} bytes", name.substr(0, 128), max_variable_bytes));
    bytes += name.size() + value.size();
  }
  if (bytes > (256 << 10))
    return invalid("env is larger than 256 KiB");
  return {};
}

result<void> check(const session_ref& session) {
  const bool no_key = session.key.owner_id.empty() && session.key.session_id.empty();
  if (no_key && !session.expect_uid.empty())
    return {};
  return check_key(session.key);
}

result<void> check(const create_session& request, const runtime_options& options) {
  if (request.generate_id) {
    STRATA_CHECK(check_id("owner_id", request.key.owner_id));
    if (!request.key.session_id.empty())
      return invalid("session_id is given together with generate_id");
  } else {
    STRATA_CHECK(check_key(request.key));
  }
  STRATA_CHECK(check_one_of("if_exists", request.if_exists, "reuse", "fail"));
  STRATA_CHECK(check_metadata(request.metadata));
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_network(request.network, options));
  STRATA_CHECK(check_limits(request.limits));
  STRATA_CHECK(check_user(request.user));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_duration("idle_ttl_ms", request.idle_ttl_ms));
  STRATA_CHECK(check_duration("expires_in_ms", request.expires_in_ms));
  STRATA_CHECK(check_at_end("on_idle", request.on_idle));
  STRATA_CHECK(check_at_end("on_expiry", request.on_expiry));
  if (!request.base.empty() && request.base != options.base)
    return error{errc::unsupported, fmt::format("base is not the server's ({})", options.base), {{"field", "base"}}};
  return {};
}

/// What only a process of its own can have.
result<void> check_program(const exec_request& request) {
  if (request.shell != "fresh" && (!request.argv.empty() || request.terminal))
    return invalid("argv and a terminal are only allowed with shell fresh");
  if (request.input && request.stdin_data)
    return invalid("stdin is given twice");
  if (request.argv.empty())
    return request.command.empty() ? result<void>{invalid("command is required")} : result<void>{};
  if (!request.command.empty())
    return invalid("command and argv are both given");
  if (request.argv.size() > max_arguments)
    return error{errc::too_large, fmt::format("argv has more than {} arguments", max_arguments)};
  if (request.argv[0].empty())
    return invalid("argv begins with an empty name");
  std::size_t bytes = 0;
  for (const auto& argument : request.argv) {
    STRATA_CHECK(check_text("argv", argument, max_argument_bytes));
    bytes += argument.size();
  }
  return bytes > max_argv_bytes ? result<void>{error{errc::too_large, "argv is larger than 1 MiB"}} : result<void>{};
}

result<void> check(const exec_request& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_program(request));
  if (request.terminal)
    STRATA_CHECK(check_size(request.terminal->cols, request.terminal->rows));
  if (request.command.size() > max_command_bytes)
    return error{errc::too_large, "command is longer than 8 MiB"};
  if (request.shell == "fresh" && request.command.size() > max_argument_bytes)
    return error{errc::too_large, fmt::format("command is longer than the {} bytes that shell fresh can take (use a named shell)",
                                              max_argument_bytes)};
  STRATA_CHECK(check_text("command", request.command, max_command_bytes));
  STRATA_CHECK(check_duration("timeout_ms", request.timeout_ms));
  STRATA_CHECK(check_duration("wait_ms", request.wait_ms));
  STRATA_CHECK(check_duration("queue_ms", request.queue_ms));
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_user(request.user));
  STRATA_CHECK(check_shell_name(request.shell));
  if (!request.user.empty() && request.shell != "fresh")
    return invalid("user is only allowed with shell fresh: a named shell keeps the user that it was made with");
  if (request.max_output_bytes && (*request.max_output_bytes < 0 || *request.max_output_bytes > max_output_bytes))
    return invalid(fmt::format("max_output_bytes is not between 0 and {}", max_output_bytes));
  STRATA_CHECK(check_one_of("create", request.create, "auto", "never"));
  return check_one_of("on_disconnect", request.on_disconnect, "kill", "keep");
}

result<void> check(const open_shell& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_shell_name(request.shell));
  if (request.shell == "fresh")
    return invalid("shell fresh is reserved: it stands for no shell");
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_user(request.user));
  if (request.startup.size() > 16)
    return invalid("startup has more than 16 files");
  for (const auto& file : request.startup)
    STRATA_CHECK(check_text("startup", file, 4095));
  return request.pty ? result<void>{unsupported("pty")} : result<void>{};
}

result<void> check(const update_session& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_metadata(given(request.metadata)));
  STRATA_CHECK(check_env(given(request.env)));
  STRATA_CHECK(check_duration("idle_ttl_ms", request.idle_ttl_ms));
  STRATA_CHECK(check_duration("expires_in_ms", request.expires_in_ms));
  if (request.expires_given && request.expires_in_ms)
    return invalid("expires_at and expires_in_ms are both given");
  return {};
}

result<void> check(const list_sessions& request) {
  if (request.limit < 1 || request.limit > 1000)
    return invalid("limit is not between 1 and 1000");
  return {};
}

result<void> check(const close_session& request) {
  STRATA_CHECK(check(request.session));
  return check_id("reason", request.reason);
}

result<void> check(const get_session_stats& request) { return check(request.session); }
result<void> check(const list_shells& request) { return check(request.session); }
result<void> check(const close_shell& request) {
  STRATA_CHECK(check(request.session));
  return check_shell_name(request.shell);
}

result<void> check(const attach_terminal& request) {
  STRATA_CHECK(check(request.session));
  if (!check_shell_name(request.terminal))
    return invalid("terminal is not a name of 1-64 characters of [A-Za-z0-9._-]");
  if (request.since && *request.since < 0)
    return invalid("since is negative");
  STRATA_CHECK(check_one_of("create", request.create, "auto", "never"));
  return check_size(request.cols.value_or(80), request.rows.value_or(24));
}

result<void> check(const resize_terminal& request) {
  STRATA_CHECK(check(request.session));
  return check_size(request.cols, request.rows);
}

result<void> check(const signal_process& request) {
  STRATA_CHECK(check(request.session));
  if (!signal_number(request.signal))
    return invalid(fmt::format("signal {} is not one of signal(7)", request.signal.substr(0, 32)));
  return check_one_of("to", request.to, "process", "tree");
}

std::optional<int> signal_number(std::string_view name) noexcept {
  if (name.starts_with("SIG"))
    name.remove_prefix(3);
  for (int number = 1; number < SIGRTMIN; ++number)
    if (const char* known = ::sigabbrev_np(number); known && name == known)
      return number;
  return std::nullopt;
}

} // namespace strata
