// SPDX-License-Identifier: MIT
#include "protocols/json/exec_json.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/json/field_reader.hpp"
#include "protocols/json/times.hpp"
#include "protocols/seed_output.hpp"

namespace strata {

namespace {

constexpr std::int64_t seed_timeout_ms = 30'000;

/// Where the middle was left out: what is shown of the first `offset` bytes is the head, the rest the tail.
void add_gap(ordered_json& gaps, std::string_view stream, const shown_output& shown) {
  if (shown.gap_at >= 0)
    gaps.push_back({{"stream", stream}, {"offset", shown.gap_at}, {"length", shown.gap}});
}

template <class T> ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

result<void> read_stdin_b64(const json& object, exec_request& into) {
  const auto* member = find_member(object, "stdin_b64", member_rules::seed);
  if (member == nullptr || member->is_null())
    return {};
  if (into.stdin_data)
    return error{errc::invalid_argument, "stdin and stdin_b64 are given together", {{"field", "stdin_b64"}}};
  std::string text;
  STRATA_CHECK(read_value("stdin_b64", *member, text));
  into.stdin_data = base64_decode(text);
  if (!into.stdin_data)
    return error{errc::invalid_argument, "stdin_b64: expected base64 with padding", {{"field", "stdin_b64"}}};
  return {};
}

result<void> read_expect_uid(const json& object, exec_request& into) {
  const auto* member = find_member(object, "expect_uid", member_rules::seed);
  if (member == nullptr || member->is_null())
    return {};
  STRATA_CHECK(read_value("expect_uid", *member, into.session.expect_uid));
  if (into.session.expect_uid.empty())
    return error{errc::invalid_argument, "expect_uid is empty", {{"field", "expect_uid"}}};
  return {};
}

} // namespace

result<exec_request> read_exec(std::string_view body) {
  STRATA_TRY(auto object, read_object(body, trailing_bytes::ignored));
  exec_request request;
  STRATA_CHECK(read_fields(object, request, member_rules::seed));
  STRATA_CHECK(read_stdin_b64(object, request));
  STRATA_CHECK(read_expect_uid(object, request));
  if (request.timeout_ms && *request.timeout_ms <= 0)
    request.timeout_ms.reset();
  if (!request.timeout_ms && !request.wait_ms)
    request.timeout_ms = seed_timeout_ms;
  return request;
}

ordered_json end_to_json(const exec_response& answer) {
  auto body = to_json(answer);
  for (const auto* name : {"output", "truncated", "stdout", "stderr", "gaps"})
    body.erase(name);
  return body;
}

ordered_json to_json(const exec_response& answer) {
  const bool goes_on = answer.state != process_state::ended;
  auto output = show_output(answer.output, goes_on);
  auto out = show_output(answer.stdout_output, goes_on);
  auto err = show_output(answer.stderr_output, goes_on);
  ordered_json body{
    {"output", trim_as_seed(output.text)},
    {"elapsed", go_duration(answer.elapsed_ms)},
    {"truncated", answer.truncated},
    {"id", answer.id},
    {"state", to_string(answer.state)},
    {"reason", answer.reason},
    {"exit_code", or_null(answer.exit_code)},
    {"signal", or_null(answer.signal)},
    {"timed_out", answer.timed_out},
    {"elapsed_ms", answer.elapsed_ms},
    {"stdout", std::move(out.text)},
    {"stderr", std::move(err.text)},
    {"stdout_bytes", answer.stdout_output.bytes},
    {"stderr_bytes", answer.stderr_output.bytes},
    {"next", answer.next},
    {"limits_hit", answer.limits_hit},
    {"left_running", answer.left_running},
    {"cwd", answer.cwd},
    {"shell", answer.shell},
    {"shell_restarted", answer.shell_restarted},
    {"session_created", answer.session_created},
    {"session_uid", answer.session_uid},
  };
  auto gaps = ordered_json::array();
  add_gap(gaps, "stdout", out);
  add_gap(gaps, "stderr", err);
  add_gap(gaps, "output", output);
  if (!gaps.empty())
    body["gaps"] = std::move(gaps);
  if (!out.exact)
    body["stdout_b64"] = base64_encode(answer.stdout_output.data);
  if (!err.exact)
    body["stderr_b64"] = base64_encode(answer.stderr_output.data);
  if (!output.exact)
    body["output_b64"] = base64_encode(answer.output.data);
  return body;
}

} // namespace strata
