// SPDX-License-Identifier: MIT
#include "actors/field_checks.hpp"
#include "actors/request_checks.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t max_command_bytes = 8 << 20;
constexpr std::int64_t max_output_bytes = 8 << 20;

/// What only a process of its own can have.
result<void> check_fresh_only(const exec_request& request) {
  if (request.shell != "fresh" && (!request.argv.empty() || request.terminal))
    return invalid("argv and a terminal are only allowed with shell fresh");
  return request.input && request.stdin_data ? result<void>{invalid("stdin is given twice")} : result<void>{};
}

} // namespace

result<void> check(const exec_request& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_fresh_only(request));
  STRATA_CHECK(check_program(request.command, request.argv));
  if (request.terminal)
    STRATA_CHECK(check_size(request.terminal->cols, request.terminal->rows));
  if (request.command.size() > max_command_bytes)
    return error{errc::too_large, "command is longer than 8 MiB"};
  if (request.shell == "fresh" && request.command.size() > max_argument_bytes)
    return error{errc::too_large, fmt::format("command is longer than the {} bytes that shell fresh can take (use a named shell)",
                                              max_argument_bytes)};
  STRATA_CHECK(check_text("command", request.command, max_command_bytes));
  STRATA_CHECK(check_duration("timeout_ms", request.timeout_ms));
  STRATA_CHECK(check_duration("no_output_timeout_ms", request.no_output_timeout_ms));
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

result<void> check(const list_shells& request) { return check(request.session); }
result<void> check(const close_shell& request) {
  STRATA_CHECK(check(request.session));
  return check_shell_name(request.shell);
}

} // namespace strata
