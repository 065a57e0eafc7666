// SPDX-License-Identifier: MIT
#include "actors/field_checks.hpp"
#include "actors/request_checks.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 24 * 60 * minute_ms;

result<void> check_start(const std::optional<std::int64_t>& tail, std::int64_t since, bool from_end, std::string_view stream) {
  if (since < 0)
    return invalid("since is negative");
  if (tail && (*tail < 0 || from_end || since > 0))
    return invalid(*tail < 0 ? "tail is negative" : "tail and since are both given");
  return check_one_of("stream", stream, {"", "stdout", "stderr", "output"});
}

} // namespace

result<void> check(const start_process& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_program(request.command, request.argv));
  if (request.command.size() > max_argument_bytes)
    return error{errc::too_large, fmt::format("command is longer than {} bytes", max_argument_bytes)};
  STRATA_CHECK(check_text("command", request.command, max_argument_bytes));
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_user(request.user));
  STRATA_CHECK(check_one_of("stdin", request.stdin_mode, "none", "pipe"));
  if (request.pty) {
    STRATA_CHECK(check_size(request.pty->cols, request.pty->rows));
    STRATA_CHECK(check_one_of("pty.resize", request.pty->resize, "last", "smallest"));
  }
  STRATA_CHECK(check_text("tag", request.tag, 128));
  if (!request.terminal_name.empty()) {
    if (!request.pty)
      return invalid("name is only allowed with pty");
    if (!check_shell_name(request.terminal_name))
      return invalid("name is not one of 1-64 characters of [A-Za-z0-9._-]");
  }
  STRATA_CHECK(check_duration("timeout_ms", request.timeout_ms));
  STRATA_CHECK(check_duration("no_output_timeout_ms", request.no_output_timeout_ms));
  STRATA_CHECK(check_one_of("on_disconnect", request.on_disconnect, "keep", "kill"));
  if (request.output.cap_bytes)
    STRATA_CHECK(check_between("output.cap_bytes", *request.output.cap_bytes, 64 << 10, std::int64_t{4} << 30));
  STRATA_CHECK(check_one_of("output.policy", request.output.policy, "drop-oldest", "block"));
  STRATA_CHECK(check_between("wait_ms", request.wait_ms, 0, day_ms));
  return check_one_of("create", request.create, "auto", "never");
}

result<void> check(const get_process& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  return check_between("wait_ms", request.wait_ms, 0, day_ms);
}

result<void> check(const list_processes& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_text("tag", request.tag, 128));
  return check_between("limit", request.limit, 1, 1000);
}

result<void> check(const end_process& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  return check_between("grace_ms", request.grace_ms, 0, 10 * minute_ms);
}

result<void> check(const read_output& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  STRATA_CHECK(check_start(request.tail, request.since, request.from_end, request.stream));
  STRATA_CHECK(check_between("limit", request.limit, 1, 1 << 20));
  STRATA_CHECK(check_between("wait_ms", request.wait_ms, 0, minute_ms));
  if (request.until.size() > 4096)
    return invalid("until is longer than 4096 bytes");
  return {};
}

result<void> check(const attach_process& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  STRATA_CHECK(check_start(request.tail, request.since, request.from_end, request.stream));
  return check_one_of("lag", request.lag, {"", "skip", "catch_up"});
}

result<void> check(const write_stdin& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  if (request.at && *request.at < 0)
    return invalid("at is negative");
  if (request.keys.size() > 256)
    return invalid("keys are more than 256");
  return check_between("wait_ms", request.wait_ms, 0, minute_ms);
}

result<void> check(const signal_process& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_process(request.process));
  if (!signal_number(request.signal))
    return invalid(fmt::format("signal {} is not one of signal(7)", request.signal.substr(0, 32)));
  return check_one_of("to", request.to, {"process", "group", "tree"});
}

} // namespace strata
