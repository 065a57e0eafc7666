// SPDX-License-Identifier: MIT
// Pages in a browser: which may call, and that no value of a client can split an answer or a log line.
#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;

class browser : public live_server {
protected:
  int status_for_host(const std::string& host) {
    return client().exchange("GET /api/stats HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
  }
};

TEST_F(browser, only_names_of_this_server_are_served) {
  options.allowed_hosts = {"strata.example.org"};
  for (auto host : {"localhost", "LOCALHOST:2280", "a.localhost", "127.0.0.1", "127.0.0.1:99", "[::1]:2280", "10.1.2.3",
                    "strata.example.org", "Strata.Example.Org.:443"})
    EXPECT_EQ(status_for_host(host), 200) << host;
  for (auto host :
       {"evil.example", "localhost.evil.example", "strata.example.org.evil.example", "127.0.0.1.nip.io", "xlocalhost"})
    EXPECT_EQ(status_for_host(host), 403) << host;
  EXPECT_EQ(client().exchange("GET /api/stats HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_EQ(client().exchange("GET /api/stats HTTP/1.0\r\nHost: evil.example\r\n\r\n").status, 403);
}

TEST_F(browser, any_host_when_the_operator_says_so) {
  options.allowed_hosts = {"*"};
  EXPECT_EQ(status_for_host("evil.example"), 200);
}

TEST_F(browser, pages_from_elsewhere_are_refused_before_anything_is_done) {
  options.allowed_origins = {"https://ui.example.org"};
  for (auto origin : {"https://evil.example", "null", "http://localhost:3000", "https://ui.example.org.evil.example",
                      "http://ui.example.org", ""}) {
    auto answer = ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Origin: " + std::string{origin} + "\r\n");
    EXPECT_EQ(answer.status, 403) << origin;
    EXPECT_EQ(answer.headers.count("access-control-allow-origin"), 0u);
  }
  EXPECT_EQ(door.total_calls(), 0u);
  for (auto origin : {"http://localhost", "https://localhost"})
    EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Origin: " + std::string{origin} + "\r\n").status, 200);
  auto allowed = ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "Origin: https://ui.example.org\r\n");
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(allowed.headers["access-control-allow-origin"], "https://ui.example.org");
  EXPECT_EQ(allowed.headers["vary"], "Origin");
  EXPECT_EQ(ask("GET", "/healthz", {}, "Origin: https://ui.example.org\r\nOrigin: https://evil.example\r\n").status, 403);
}

TEST_F(browser, preflight_is_answered_for_allowed_pages_only) {
  options.allowed_origins = {"https://ui.example.org"};
  auto answer =
    ask("OPTIONS", "/api/sessions/a/b", {}, "Origin: https://ui.example.org\r\nAccess-Control-Request-Method: PATCH\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers["access-control-allow-methods"], "DELETE, GET, HEAD, PATCH");
  EXPECT_EQ(answer.headers["access-control-allow-origin"], "https://ui.example.org");
  EXPECT_EQ(ask("OPTIONS", "/api/sessions/a/b").status, 405);
  EXPECT_EQ(ask("OPTIONS", "/api/sessions/a/b", {}, "Origin: https://evil.example\r\n").status, 403);
}

TEST_F(browser, no_value_of_a_client_splits_an_answer) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.id = "p1\r\nSet-Cookie: a=b";
    answer.state = process_state::running;
    return result<exec_response>{answer};
  });
  options.allowed_origins = {"*"};
  auto answer = ask("POST", "/api/sessions/a%0Db/b/exec", R"({"command":"x"})");
  EXPECT_EQ(answer.status, 400);
  auto handed_over = ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})", "X-Request-Id: a\tb\r\n");
  EXPECT_EQ(handed_over.status, 202);
  auto page = ask("GET", "/api/stats", {}, "Origin: http://x\ty\r\n");
  EXPECT_EQ(page.status, 403);
  for (const auto& one : {answer, handed_over, page}) {
    EXPECT_EQ(one.headers.count("set-cookie"), 0u);
    for (unsigned char c : one.head)
      EXPECT_TRUE(c >= 0x20 || c == '\r' || c == '\n');
  }
  EXPECT_EQ(handed_over.headers["location"], "/api/sessions/a/b/processes/p1%0D%0ASet-Cookie%3A%20a%3Db");
}

TEST_F(browser, answers_say_that_they_are_no_pages) {
  auto answer = ask("GET", "/api/stats");
  EXPECT_EQ(answer.headers["x-content-type-options"], "nosniff");
  EXPECT_EQ(answer.headers["cache-control"], "no-store");
}
