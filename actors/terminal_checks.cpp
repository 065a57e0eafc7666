// SPDX-License-Identifier: MIT
#include "actors/field_checks.hpp"
#include "actors/request_checks.hpp"

namespace strata {

namespace {

constexpr std::int64_t minute_ms = 60'000;

} // namespace

result<void> check(const attach_terminal& request) {
  STRATA_CHECK(check(request.session));
  if (!check_shell_name(request.terminal))
    return invalid("terminal is not a name of 1-64 characters of [A-Za-z0-9._-]");
  if (request.since && *request.since < 0)
    return invalid("since is negative");
  STRATA_CHECK(check_one_of("create", request.create, "auto", "never"));
  return check_size(request.cols.value_or(80), request.rows.value_or(24));
}

result<void> check(const open_terminal& request) {
  STRATA_CHECK(check(request.session));
  if (!request.terminal.empty() && !check_shell_name(request.terminal))
    return invalid("terminal is not a name of 1-64 characters of [A-Za-z0-9._-]");
  if (!request.command.empty() || !request.argv.empty())
    STRATA_CHECK(check_program(request.command, request.argv));
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_user(request.user));
  STRATA_CHECK(check_size(request.cols, request.rows));
  STRATA_CHECK(check_one_of("resize", request.resize, "last", "smallest"));
  return check_one_of("create", request.create, "auto", "never");
}

result<void> check(const resize_terminal& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  if (request.cols.has_value() != request.rows.has_value())
    return invalid("cols and rows come together");
  if (!request.cols && request.resize.empty())
    return invalid("nothing to change: cols and rows, or resize");
  STRATA_CHECK(check_one_of("resize", request.resize, {"", "last", "smallest"}));
  return check_size(request.cols.value_or(80), request.rows.value_or(24));
}

result<void> check(const get_screen& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  STRATA_CHECK(check_between("wait_ms", request.wait_ms.value_or(0), 0, minute_ms));
  return check_between("quiet_ms", request.quiet_ms, 0, minute_ms);
}

} // namespace strata
