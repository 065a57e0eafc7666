// SPDX-License-Identifier: MIT
#include "tests/fuzz/targets.hpp"

#include "protocols/http/header_scan.hpp"
#include "protocols/http/origin_policy.hpp"
#include "protocols/http/query.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/json/base64.hpp"
#include "protocols/json/exec_json.hpp"
#include "protocols/json/session_json.hpp"
#include "protocols/json/shell_json.hpp"
#include "protocols/json/times.hpp"
#include "protocols/json/utf8.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace strata::fuzz {

void require(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void run_target_and_query(std::string_view bytes) {
  auto parts = split_target(bytes);
  require(parts.path.size() + parts.query.size() <= bytes.size(), "parts are within the target");
  if (auto decoded = percent_decode(parts.path))
    require(percent_decode(percent_encode(*decoded)) == decoded, "encoding and decoding are inverse");
  if (auto query = parse_query(parts.query)) {
    require(query->size() <= 100, "parameters are bounded");
    for (const auto& [name, value] : *query)
      require(is_utf8(name) && is_utf8(value), "parameters are UTF-8");
    static constexpr std::string_view known[] = {"a", "b*", "meta."};
    static_cast<void>(check_parameters(*query, known));
    static_cast<void>(read_number(*query, "a"));
  }
  auto host = host_of(bytes);
  require(host.find_first_of("/@ \r\n") == host.npos, "a host is a host");
}

void run_router(std::string_view bytes) {
  static const router paths = [] {
    router made;
    for (const auto& route : all_routes())
      made.add(route.method, route.pattern);
    return made;
  }();
  for (auto method : {"GET", "PUT", "POST", "DELETE"}) {
    auto match = paths.match(method, bytes);
    if (match.kind != match_kind::found)
      continue;
    const auto& route = all_routes()[match.route];
    require(static_cast<std::size_t>(std::count(route.pattern.begin(), route.pattern.end(), '{')) == match.parameters.size(),
            "every parameter has a value");
    for (const auto& parameter : match.parameters)
      require(!parameter.empty() && is_utf8(parameter), "a parameter is text");
  }
}

void run_bodies(std::string_view bytes) {
  if (auto exec = read_exec(bytes))
    require(is_utf8(exec->command), "a command is text");
  else
    require(exec.error().code == errc::invalid_argument, "a bad body is the client's fault");
  static_cast<void>(read_create(bytes));
  static_cast<void>(read_update(bytes));
  static_cast<void>(read_open_shell(bytes));
}

/// As a connection does it, with the bytes cut into pieces: the outcome must not depend on the cutting.
struct read_outcome {
  int stage = 0;
  http_request head;
  std::string body;
  std::size_t used = 0;
};

static read_outcome read_in_pieces(std::string_view bytes, std::size_t piece) {
  byte_budget budget{1 << 20};
  request_parser parser{1 << 16, budget};
  header_scan scan;
  read_outcome outcome;
  auto verdict = header_scan::verdict::more;
  std::size_t arrived = 0;
  while (verdict == header_scan::verdict::more && arrived < bytes.size()) {
    arrived = std::min(arrived + piece, bytes.size());
    verdict = scan.look(bytes.substr(0, arrived));
  }
  if (verdict != header_scan::verdict::complete)
    return outcome;
  outcome.stage = 1;
  if (parser.read_head(bytes.substr(scan.begin(), scan.end() - scan.begin())))
    return outcome;
  outcome.stage = 2;
  outcome.head = parser.take_head();
  std::size_t at = scan.end();
  while (!parser.done() && arrived <= bytes.size()) {
    std::size_t used = 0;
    if (parser.read_body(bytes.substr(at, arrived - at), used)) {
      outcome.stage = 3;
      return outcome;
    }
    at += used;
    require(at <= arrived, "no more is used than arrived");
    if (arrived == bytes.size() && !parser.done())
      break;
    arrived = std::min(arrived + piece, bytes.size());
  }
  outcome.stage = parser.done() ? 5 : 4;
  if (parser.done())
    outcome.body = parser.take_body();
  outcome.used = at;
  return outcome;
}

void run_request(std::string_view bytes) {
  auto whole = read_in_pieces(bytes, bytes.size() + 1);
  for (std::size_t piece : {1u, 2u, 7u}) {
    auto cut = read_in_pieces(bytes, piece);
    require(cut.stage == whole.stage, "the outcome does not depend on the cutting");
    require(cut.head.headers == whole.head.headers && cut.body == whole.body, "nor what was read");
    require(cut.stage != 5 || cut.used == whole.used, "nor where the next request begins");
  }
  if (whole.stage < 2)
    return;
  require(whole.head.count("content-length") + whole.head.count("transfer-encoding") <= 1, "one framing");
  require(whole.head.count("host") <= 1, "one host");
  for (const auto& [name, value] : whole.head.headers)
    require((name + value).find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos, "a field is one line");
}

void run_text(std::string_view bytes) {
  auto clean = replace_bad_utf8(bytes);
  require(is_utf8(clean), "replaced text is UTF-8");
  require(!is_utf8(bytes) || clean == bytes, "good text is left alone");
  require(cut_at_end(bytes) <= 3 && cut_at_start(bytes) <= 3, "cuts are short");
  require(base64_decode(base64_encode(bytes)) == bytes, "base64 goes round");
  if (auto decoded = base64_decode(bytes))
    require(base64_encode(*decoded) == bytes, "and has one spelling");
  if (auto time = parse_time(bytes))
    require(parse_time(format_time(*time)).has_value(), "a time that was read can be read again");
  exec_response answer;
  answer.output = answer.stdout_output =
    captured_output{std::string{bytes}, static_cast<std::int64_t>(bytes.size()), static_cast<std::int64_t>(bytes.size() / 2)};
  auto text = to_text(to_json(answer));
  require(!json::parse(text, nullptr, false).is_discarded(), "an answer is JSON");
}

const std::vector<target>& all_targets() {
  static const std::vector<target> targets{
    {"target_and_query",
     run_target_and_query,
     {"/a/b%2Fc?x=1&y=%20+&b=1&b=2&meta.k=v", "http://h:1/p?q=%E2%82%AC", "/?a=-9223372036854775808", "[::1]:80", "%252F?%"}},
    {"router",
     run_router,
     {"/api/sessions", "/api/sessions/a/b", "/api/sessions/%2e%2e/x/exec", "/api/sessions/a/b/shells/n", "/api/stats", "//",
      "/api/sessions/%ff/b"}},
    {"bodies",
     run_bodies,
     {R"({"command":"x","timeout_ms":1,"env":{"A":"b"},"stdin_b64":"AA=="})",
      R"({"owner_id":"a","session_id":"b","limits":{"pids":1}})",
      R"({"metadata":{"a":null},"expires_at":"2030-01-01T00:00:00Z"})", R"({"startup":["a"],"pty":false})",
      R"({"a":[[[[{}]]]]} x)", "\"\\u0000\""}},
    {"request",
     run_request,
     {"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\nnext",
      "\r\nGET / HTTP/1.0\r\nExpect: 100-continue\r\nConnection: keep-alive, x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: [::1]\r\nX:\r\nX: a\tb\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}},
    {"text",
     run_text,
     {"h\xc3\xa9llo \xe2\x82\xac", "\xed\xa0\x80\xff", "Zm9v", "2026-11-24T02:50:32.123+01:00", std::string("\0\n\r", 3)}},
  };
  return targets;
}

} // namespace strata::fuzz
