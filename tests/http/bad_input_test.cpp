// SPDX-License-Identifier: MIT
// Bad input gets its own clear 4xx and costs no call of the actors beyond the one that judges it.
#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

namespace {

struct bad_request {
  std::string name;
  std::string method;
  std::string target;
  std::string body;
  std::string headers;
  int status;
  std::string code;
  std::string error;
  int calls; ///< how many reach the gateway, which refuses them
};

std::string long_id() { return std::string(129, 'x'); }

const std::vector<bad_request> table{
  {"no_json", "POST", "/api/sessions", "owner=alice", "", 400, "invalid_argument", "invalid request body", 0},
  {"no_body", "POST", "/api/sessions", "", "", 400, "invalid_argument", "invalid request body", 0},
  {"a_list", "POST", "/api/sessions", "[1]", "", 400, "invalid_argument", "invalid request body", 0},
  {"half_json", "POST", "/api/sessions/a/b/exec", R"({"command":"l)", "", 400, "invalid_argument", "invalid request body", 0},
  {"bad_utf8", "POST", "/api/sessions/a/b/exec", "{\"command\":\"\xff\"}", "", 400, "invalid_argument", "invalid request body",
   0},
  {"deep_json", "POST", "/api/sessions/a/b/exec", std::string(100'000, '{'), "", 400, "invalid_argument", "invalid request body",
   0},
  {"command_is_a_number", "POST", "/api/sessions/a/b/exec", R"({"command":1})", "", 400, "invalid_argument",
   "command: expected a string, got a number", 0},
  {"timeout_is_text", "POST", "/api/sessions/a/b/exec", R"({"command":"x","timeout_ms":"1"})", "", 400, "invalid_argument",
   "timeout_ms: expected an integer, got a string", 0},
  {"timeout_is_a_fraction", "POST", "/api/sessions/a/b/exec", R"({"command":"x","timeout_ms":1.5})", "", 400, "invalid_argument",
   "timeout_ms: expected an integer, got a number with a fraction, an exponent or too many digits", 0},
  {"timeout_is_huge", "POST", "/api/sessions/a/b/exec", R"({"command":"x","timeout_ms":18446744073709551615})", "", 400,
   "invalid_argument", "timeout_ms: expected an integer of 64 bits, got a larger one", 0},
  {"env_value", "POST", "/api/sessions/a/b/exec", R"({"command":"x","env":{"A":1}})", "", 400, "invalid_argument",
   "env.A: expected a string, got a number", 0},
  {"env_name", "POST", "/api/sessions/a/b/exec", R"({"command":"x","env":{"A=B":"1"}})", "", 400, "invalid_argument",
   "a name in env is not [A-Za-z_][A-Za-z0-9_]*", 1},
  {"stdin_b64", "POST", "/api/sessions/a/b/exec", R"({"command":"x","stdin_b64":"a"})", "", 400, "invalid_argument",
   "stdin_b64: expected base64 with padding", 0},
  {"two_stdins", "POST", "/api/sessions/a/b/exec", R"({"command":"x","stdin":"","stdin_b64":""})", "", 400, "invalid_argument",
   "stdin and stdin_b64 are given together", 0},
  {"empty_command", "POST", "/api/sessions/a/b/exec", R"({"command":""})", "", 400, "invalid_argument", "command is required", 1},
  {"nul_in_command", "POST", "/api/sessions/a/b/exec", R"({"command":"a\u0000b"})", "", 400, "invalid_argument",
   "command has a NUL byte", 1},
  {"missing_ids", "POST", "/api/sessions", R"({"owner_id":"a"})", "", 400, "invalid_argument",
   "owner_id and session_id are required", 1},
  {"generate_and_give", "POST", "/api/sessions", R"({"owner_id":"a","session_id":"b","generate_id":true})", "", 400,
   "invalid_argument", "session_id is given together with generate_id", 1},
  {"long_id", "GET", "/api/sessions/" + long_id() + "/b", "", "", 400, "invalid_argument", "", 0},
  {"long_id_in_header", "POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "X-Owner-Id: " + long_id() + "\r\n", 400,
   "invalid_argument", "", 0},
  {"control_character_in_id", "GET", "/api/sessions/a%0Ab/c", "", "", 400, "invalid_argument", "", 0},
  {"nul_in_id", "GET", "/api/sessions/a%00/c", "", "", 400, "invalid_argument", "", 0},
  {"id_is_no_utf8", "GET", "/api/sessions/%ff/c", "", "", 400, "invalid_argument",
   "read path: it has a broken escape or is not UTF-8", 0},
  {"header_is_no_utf8", "POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "X-Owner-Id: \xff\r\n", 400, "invalid_argument",
   "header x-owner-id is not UTF-8", 0},
  {"identity_twice", "POST", "/api/sessions/exec", R"({"command":"x"})", "X-Owner-Id: a\r\nX-Owner-Id: b\r\n", 400,
   "invalid_argument", "header x-owner-id is given more than once", 0},
  {"broken_escape", "GET", "/api/sessions/%4/c", "", "", 400, "invalid_argument",
   "read path: it has a broken escape or is not UTF-8", 0},
  {"other_identity_on_a_new_route", "GET", "/api/sessions/a/b", "", "X-Owner-Id: c\r\n", 400, "identity_mismatch",
   "header x-owner-id names another session than the path", 0},
  {"unknown_field_on_a_new_route", "PATCH", "/api/sessions/a/b", R"({"metadta":{}})", "", 400, "unknown_field",
   "unknown field metadta (allowed: metadata, env, idle_ttl_ms, expires_at, expires_in_ms, extend_only, network)", 0},
  {"text_behind_json_on_a_new_route", "PATCH", "/api/sessions/a/b", "{} {}", "", 400, "invalid_argument", "invalid request body",
   0},
  {"unknown_parameter_on_a_new_route", "GET", "/api/sessions?ownr=a", "", "", 400, "unknown_field", "unknown parameter ownr", 0},
  {"parameter_twice", "GET", "/api/sessions?owner=a&owner=b", "", "", 400, "invalid_argument", "given more than once: owner", 0},
  {"limit_is_text", "GET", "/api/sessions?limit=ten", "", "", 400, "invalid_argument", "limit: expected a whole number", 0},
  {"limit_is_too_large", "GET", "/api/sessions?limit=1001", "", "", 400, "invalid_argument", "limit is not between 1 and 1000",
   1},
  {"state", "GET", "/api/sessions?state=ready,dead", "", "", 400, "invalid_argument", "", 0},
  {"order", "GET", "/api/sessions?order=up", "", "", 400, "invalid_argument", "order: expected created_desc or created_asc", 0},
  {"created_after", "GET", "/api/sessions?created_after=yesterday", "", "", 400, "invalid_argument",
   "created_after: expected a time as in RFC 3339", 0},
  {"wait", "DELETE", "/api/sessions/a/b?wait=forever", "", "", 400, "invalid_argument", "wait: expected files", 0},
  {"shell_name", "PUT", "/api/sessions/a/b/shells/a%2Fb", "", "", 400, "invalid_argument",
   "shell is not a name of 1-64 characters of [A-Za-z0-9._-]", 1},
  {"idempotency_key", "POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Idempotency-Key: a b\r\n", 400, "invalid_argument",
   "Idempotency-Key is not one word of 1-255 visible ASCII characters", 0},
  {"wrong_method", "PATCH", "/api/stats", "{}", "", 405, "method_not_allowed", "method not allowed", 0},
  {"unknown_expectation", "POST", "/api/sessions", "{}", "Expect: a-pony\r\n", 417, "expectation_failed",
   "read request: only Expect: 100-continue is known", 0},
};

class bad_input : public live_server, public ::testing::WithParamInterface<bad_request> {};

} // namespace

TEST_P(bad_input, is_refused_with_its_own_error) {
  const auto& given = GetParam();
  auto answer = ask(given.method, given.target, given.body, given.headers);
  EXPECT_EQ(answer.status, given.status);
  auto body = body_of(answer);
  ASSERT_TRUE(body.is_object()) << answer.body;
  EXPECT_EQ(body["code"], given.code);
  if (!given.error.empty()) {
    EXPECT_EQ(body["error"], given.error);
  }
  EXPECT_EQ(body["status"], given.status);
  EXPECT_EQ(body["type"], "urn:strata:error:" + given.code);
  EXPECT_EQ(door.total_calls(), static_cast<std::size_t>(given.calls));
}

INSTANTIATE_TEST_SUITE_P(http, bad_input, testing::ValuesIn(table), [](const auto& each) { return each.param.name; });

class odd_names : public live_server {};

/// They name a session like any other, and each its own.
TEST_F(odd_names, reach_the_actors_unchanged) {
  const std::vector<std::pair<std::string, std::string>> names{
    {"..%2Fx", "../x"},
    {"%2E", "."},
    {"..", ".."},
    {"a%2Fb", "a/b"},
    {"a%3Ab", "a:b"},
    {"a:b", "a:b"},
    {"rootfs", "rootfs"},
    {"x;touch$%7BIFS%7Dy", "x;touch${IFS}y"},
    {"x,lowerdir=.", "x,lowerdir=."},
    {"%252F", "%2F"},
    {"a+b", "a+b"},
  };
  for (const auto& [sent, meant] : names)
    EXPECT_EQ(ask("POST", "/api/sessions/" + sent + "/s/exec", R"({"command":"x"})").status, 200) << sent;
  auto calls = door.calls<exec_request>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(calls.at(i).first.session.key.owner_id, names[i].second);
}
