// SPDX-License-Identifier: MIT
// Every bad input gets its own clear answer and costs nothing.
#include "tests/e2e/server_test.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

class bad_input : public server_test {
protected:
  void TearDown() override {
    EXPECT_EQ(client().get("/api/stats").json()["active_sessions"], 0) << "it cost a session";
    EXPECT_TRUE(server().session_files().empty());
    server_test::TearDown();
  }
};

TEST_F(bad_input, bodies_are_400_and_say_what_is_wrong) {
  const auto exec = session.path() + "/exec";
  const std::vector<std::pair<std::string, std::string>> cases{
    {"", "invalid request body"},
    {"not json", "invalid request body"},
    {"{\"command\":", "invalid request body"},
    {"[]", "invalid request body"},
    {"\"true\"", "invalid request body"},
    {R"({"command":7})", "command"},
    {R"({"command":["true"]})", "command"},
    {R"({"command":""})", "command is required"},
    {R"({"command":null})", "command is required"},
    {R"({"command":"a\u0000b"})", "NUL"},
    {R"({"command":"true","timeout_ms":"soon"})", "timeout_ms"},
    {R"({"command":"true","timeout_ms":1.5})", "timeout_ms"},
    {R"({"command":"true","timeout_ms":99999999999999999999})", "timeout_ms"},
    {R"({"command":"true","wait_ms":-1})", "wait_ms"},
    {R"({"command":"true","env":{"A B":"c"}})", "env"},
    {R"({"command":"true","env":["A=b"]})", "env"},
    {R"({"command":"true","stdin_b64":"*"})", "stdin_b64"},
    {R"({"command":"true","stdin":"a","stdin_b64":"YQ=="})", "stdin"},
    {R"({"command":"true","shell":"../x"})", "shell"},
    {R"({"command":"true","max_output_bytes":-1})", "max_output_bytes"},
    {R"({"command":"true","user":"bob"})", "user"},
    {R"({"command":"true","create":"perhaps"})", "create"},
  };
  for (const auto& [body, named] : cases) {
    auto answer = client().call("POST", exec, body);
    EXPECT_TRUE(is_error(answer, 400, "invalid_argument")) << body;
    EXPECT_THAT(answer.body, testing::HasSubstr(named)) << body;
  }
  std::string deep(10'000, '[');
  EXPECT_EQ(client().call("POST", exec, "{\"command\":" + deep).status, 400);
  EXPECT_EQ(client().call("POST", exec, "{\"command\":\"\xff\xfe\"}").status, 400) << "JSON is UTF-8";
}

TEST_F(bad_input, ids_are_checked) {
  const std::string long_id(129, 'x');
  EXPECT_TRUE(is_error(client().create({long_id, "a"}), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().create({"a", long_id}), 400, "invalid_argument"));
  for (const auto* id : {"a\nb", "a\rb", "\x7f", "\x01"})
    EXPECT_TRUE(is_error(client().create({"alice", id}), 400, "invalid_argument")) << id;
  EXPECT_TRUE(is_error(client().exec({"a\nb", "c"}, "true"), 400, "invalid_argument"));
  EXPECT_EQ(client().call("POST", "/api/sessions/a%00b/c/exec", R"({"command":"true"})").status, 400);
  EXPECT_EQ(client().call("POST", "/api/sessions/a%zz/c/exec", R"({"command":"true"})").status, 400);
  EXPECT_EQ(client().call("POST", "/api/sessions", R"({"owner_id":"a","session_id":"b","generate_id":true})").status, 400);
}

TEST_F(bad_input, requests_that_are_too_large_are_refused_before_they_are_read) {
  auto large_body = another_client();
  large_body.send("POST", session.path() + "/exec", std::string((8 << 20) + 1, ' '));
  EXPECT_TRUE(is_error(large_body.receive(), 413, "too_large"));
  auto large_header = another_client();
  large_header.send("GET", "/api/stats", {}, {{"X-Large", std::string(64 << 10, 'x')}});
  EXPECT_EQ(large_header.receive().status, 431);
  auto many_headers = another_client();
  http_headers many;
  for (int i = 0; i < 5000; ++i)
    many.emplace_back(fmt::format("X-{}", i), "y");
  many_headers.send("GET", "/api/stats", {}, many);
  EXPECT_EQ(many_headers.receive().status, 431);
  auto long_target = another_client();
  long_target.send("GET", "/api/" + std::string(64 << 10, 'x'));
  EXPECT_GE(long_target.receive().status, 414);
}

TEST_F(bad_input, what_is_no_http_ends_the_connection) {
  for (const auto* text :
       {"\r\n\r\nnonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"}) {
    auto raw = another_client();
    raw.send_raw(text);
    auto answer = raw.receive();
    EXPECT_TRUE(answer.status == 400 || answer.status == 505) << text << ": " << answer.status;
    EXPECT_TRUE(raw.is_closed_by_peer()) << text;
  }
}

TEST_F(bad_input, paths_and_methods_are_told_apart) {
  EXPECT_EQ(client().get("/").status, 404);
  EXPECT_EQ(client().get("/api/sessionsx").status, 404);
  EXPECT_EQ(client().get("/api/sessions/a/b/c/d").status, 404);
  for (const auto& [method, path, allowed] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{"GET", session.path() + "/exec", "POST"},
                                                                      {"POST", "/api/stats", "GET"},
                                                                      {"PUT", session.path(), "PATCH"},
                                                                      {"DELETE", "/healthz", "GET"}}) {
    auto answer = client().call(method, path, "{}");
    EXPECT_EQ(answer.status, 405) << method << path;
    EXPECT_THAT(answer.headers["allow"], testing::HasSubstr(allowed)) << method << path;
  }
}

TEST_F(bad_input, a_chunked_body_and_a_pipelined_request_are_understood) {
  auto raw = another_client();
  raw.send_raw(
    "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"own\r\n4\r\ner_i\r\n3\r\nd\":\r\n2\r\n7}\r\n0\r\n\r\n"
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(is_error(raw.receive(), 400, "invalid_argument"));
  EXPECT_EQ(raw.receive().status, 200);
}

} // namespace

} // namespace strata::test
