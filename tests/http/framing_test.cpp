// SPDX-License-Identifier: MIT
// Where one request ends and the next begins.
#include "tests/http/live_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

namespace {

struct smuggling {
  std::string name;
  std::string bytes;
  int status;
};

const std::string exec_line = "POST /api/sessions/a/b/exec HTTP/1.1\r\n";
const std::string command = R"({"command":"x"})"; // 15 bytes

const std::vector<smuggling> smugglings{
  {"length_and_coding", exec_line + "Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  {"coding_and_length", exec_line + "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
  {"two_lengths", exec_line + "Host: localhost\r\nContent-Length: 15\r\nContent-Length: 15\r\n\r\n" + command, 400},
  {"two_different_lengths", exec_line + "Host: localhost\r\nContent-Length: 15\r\nContent-Length: 5\r\n\r\n" + command, 400},
  {"length_as_a_list", exec_line + "Host: localhost\r\nContent-Length: 15, 15\r\n\r\n" + command, 400},
  {"signed_length", exec_line + "Host: localhost\r\nContent-Length: +15\r\n\r\n" + command, 400},
  {"hex_length", exec_line + "Host: localhost\r\nContent-Length: 0xf\r\n\r\n" + command, 400},
  {"overflowing_length", exec_line + "Host: localhost\r\nContent-Length: 18446744073709551631\r\n\r\n" + command, 400},
  {"empty_length", exec_line + "Host: localhost\r\nContent-Length:\r\n\r\n", 400},
  {"unknown_coding", exec_line + "Host: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
  {"coding_list", exec_line + "Host: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
  {"chunked_not_last", exec_line + "Host: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
  {"two_codings", exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
   400},
  {"disguised_coding", exec_line + "Host: localhost\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400},
  {"blank_before_colon", exec_line + "Host: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
  {"coding_in_http_1_0", "POST /api/sessions/a/b/exec HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
  {"folded_line", exec_line + "Host: localhost\r\nX-A: b\r\n c\r\n\r\n", 400},
  {"folded_first_field", exec_line + " Host: localhost\r\n\r\n", 400},
  {"bare_lf", "GET /healthz HTTP/1.1\nHost: localhost\n\n", 400},
  {"bare_cr", "GET /healthz HTTP/1.1\rHost: localhost\r\n\r\n", 400},
  {"nul_in_header", std::string("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a") + '\0' + "b\r\n\r\n", 400},
  {"no_host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
  {"two_hosts", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
  {"empty_host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 400},
  {"host_with_a_path", "GET /healthz HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 400},
  {"host_with_a_user", "GET /healthz HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n", 400},
  {"no_version", "GET /healthz\r\n\r\n", 400},
  {"http_2", "PRI * HTTP/2.0\r\n\r\nno\r\n\r\n", 505},
  {"http_1_2", "GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n", 505},
  {"tls", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 400},
  {"empty_field_name", "GET /healthz HTTP/1.1\r\n: x\r\nHost: localhost\r\n\r\n", 400},
  {"many_empty_lines", "\r\n\r\n\r\n\r\n\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
  {"bad_chunk_size", exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + command + "\r\n0\r\n\r\n", 400},
  {"overflowing_chunk_size",
   exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000f\r\n" + command + "\r\n0\r\n\r\n", 400},
  {"chunk_without_its_end", exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n" + command + "xx0\r\n\r\n",
   400},
  {"length_in_a_trailer",
   exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n" + command + "\r\n0\r\nContent-Length: 3\r\n\r\n",
   400},
};

class smuggled : public live_server, public ::testing::WithParamInterface<smuggling> {};
class framing : public live_server {};

} // namespace

/// Refused, never passed on, and the connection ends: what follows on it would be anybody's guess.
TEST_P(smuggled, is_refused_and_ends_the_connection) {
  auto one = client();
  one.send(GetParam().bytes);
  one.send(request_text("GET", "/healthz"));
  auto answer = one.receive();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.headers["connection"], "close");
  EXPECT_TRUE(one.is_ended_by_server());
  EXPECT_EQ(door.total_calls(), 0u);
}

INSTANTIATE_TEST_SUITE_P(http, smuggled, testing::ValuesIn(smugglings), [](const auto& each) { return each.param.name; });

/// The client may wait for an answer to just this: it must not wait until the time for the body is over.
TEST_F(framing, a_chunk_that_cannot_be_one_is_refused_without_another_byte) {
  options.body_timeout = std::chrono::hours{1};
  const auto head = exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& body : {std::string{"zz\r\n"}, std::string{"z"}, std::string{"\r\n"}, std::string{"\n"}, std::string{"5\n"},
                           std::string{"-1"}, std::string{"5\rx"}, std::string{"5;a=b\n"}, std::string{"11111111111111111"},
                           "f\r\n" + command + "x", "f\r\n" + command + "\rx", "f\r\n" + command + "\r\nx"}) {
    for (const bool in_pieces : {false, true}) {
      auto one = client();
      one.send(in_pieces ? head : head + body);
      if (in_pieces)
        for (char c : body)
          one.send({&c, 1}); // after the refusal nobody reads the rest
      auto answer = one.receive();
      EXPECT_EQ(answer.status, 400) << body << in_pieces;
      EXPECT_EQ(answer.status == 400 ? body_of(answer)["error"] : "", "read request: not valid HTTP/1.1: a bad chunk") << body;
    }
  }
  EXPECT_EQ(door.total_calls(), 0u);
}

TEST_F(framing, a_connection_is_kept_for_many_requests) {
  auto one = client();
  for (int i = 0; i < 50; ++i) {
    auto answer = one.exchange(request_text("POST", "/api/sessions/a/b/exec", command));
    ASSERT_EQ(answer.status, 200) << i;
    EXPECT_EQ(answer.headers["connection"], "keep-alive");
  }
}

TEST_F(framing, close_is_obeyed_and_http_1_0_closes_unless_asked) {
  auto one = client();
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz", {}, "Connection: close\r\n")).headers["connection"], "close");
  EXPECT_TRUE(one.is_ended_by_server());
  auto old = client();
  EXPECT_EQ(old.exchange("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.is_ended_by_server());
  auto kept = client();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(kept.exchange("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers["connection"], "keep-alive");
}

TEST_F(framing, a_request_may_come_byte_by_byte) {
  auto one = client();
  for (char c : request_text("POST", "/api/sessions/a/b/exec", command))
    ASSERT_TRUE(one.send({&c, 1}));
  EXPECT_EQ(one.receive().status, 200);
  for (char c : "\r\n" + exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\n" + command.substr(0, 5)
                  + "\r\n0A\r\n" + command.substr(5) + "\r\n0\r\nX-Owner-Id: mallory\r\n\r\n")
    ASSERT_TRUE(one.send({&c, 1}));
  EXPECT_EQ(one.receive().status, 200);
  auto calls = door.calls<exec_request>(2);
  EXPECT_EQ(calls.at(1).first.command, "x");
  EXPECT_EQ(calls.at(1).first.session.key.owner_id, "a") << "a trailer is no header";
}

TEST_F(framing, the_shortest_last_chunk_in_every_cutting) {
  auto one = client();
  const std::string body = "f\r\n" + command + "\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < body.size(); ++cut) {
    one.send(exec_line + "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body.substr(0, cut));
    one.send(body.substr(cut));
    ASSERT_EQ(one.receive().status, 200) << cut;
  }
}

TEST_F(framing, pipelined_requests_are_answered_in_order_one_after_the_other) {
  door.answer<exec_request>([](const exec_request& request) {
    exec_response answer;
    answer.output.data = request.command;
    return result<exec_response>{answer};
  });
  auto one = client();
  std::string all;
  for (int i = 0; i < 20; ++i)
    all +=
      request_text("POST", "/api/sessions/a/b/exec", fmt::format(R"({{"command":"c{}"}})", i)) + request_text("GET", "/healthz");
  one.send(all);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(body_of(one.receive())["output"], fmt::format("c{}", i));
    EXPECT_EQ(body_of(one.receive())["status"], "ok");
  }
}

TEST_F(framing, while_a_call_runs_the_next_request_waits) {
  door.hold_execs(true);
  auto one = client();
  one.send(request_text("POST", "/api/sessions/a/b/exec", command) + request_text("POST", "/api/sessions/a/b/exec", command));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  EXPECT_EQ(ask("GET", "/healthz").status, 200); // the server had time to begin the second
  EXPECT_EQ(door.calls<exec_request>(1).size(), 1u);
  door.hold_execs(false);
  door.release_execs();
  EXPECT_EQ(one.receive().status, 200);
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(framing, far_more_pipelined_than_is_read_ahead_is_served_in_order) {
  auto one = client();
  const auto request = request_text("GET", "/healthz");
  constexpr int count = 3000;
  std::thread writer{[&] {
    for (int i = 0; i < count; ++i)
      one.send(request);
  }};
  int good = 0;
  while (good < count && one.receive().status == 200)
    ++good;
  writer.join();
  EXPECT_EQ(good, count);
}

TEST_F(framing, head_has_the_length_but_no_body) {
  auto one = client();
  one.send(request_text("HEAD", "/healthz") + request_text("HEAD", "/nothing") + request_text("GET", "/healthz"));
  auto head = one.receive(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers["content-length"], "15");
  EXPECT_EQ(one.receive(true).status, 404);
  EXPECT_EQ(one.receive().body, R"({"status":"ok"})");
}

TEST_F(framing, continue_is_said_before_the_body_is_sent_and_only_then) {
  auto one = client();
  one.send(exec_line + "Host: localhost\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n");
  auto interim = one.receive();
  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(one.exchange(command).status, 200);
  // All of it is here: nothing to wait for.
  EXPECT_EQ(one.exchange(request_text("POST", "/api/sessions/a/b/exec", command, "Expect: 100-Continue\r\n")).status, 200);
  // It will be refused: the body is not wanted.
  EXPECT_EQ(
    one.exchange("POST /nothing HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n").status, 404);
  EXPECT_TRUE(one.is_ended_by_server());
}

TEST_F(framing, the_absolute_form_is_taken) {
  EXPECT_EQ(ask("GET", "http://localhost/healthz").status, 200);
  EXPECT_EQ(ask("GET", "http://evil.example/healthz").status, 403);
  EXPECT_EQ(ask("OPTIONS", "*").status, 404);
}

TEST_F(framing, a_refused_request_with_its_body_does_not_end_the_connection) {
  auto one = client();
  EXPECT_EQ(one.exchange(request_text("POST", "/nothing", command)).status, 404);
  EXPECT_EQ(one.exchange(request_text("POST", "/api/sessions/a/b/exec", "x")).status, 400);
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz")).status, 200);
}
