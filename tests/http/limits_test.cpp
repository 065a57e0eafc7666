// SPDX-License-Identifier: MIT
// Everything that grows has a limit, everything that waits a deadline.
#include "tests/http/live_server.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

class limits : public live_server {};

TEST_F(limits, a_header_that_is_too_large_is_431) {
  options.header_limit = 1000;
  auto fits = request_text("GET", "/healthz", {}, "X: " + std::string(800, 'x') + "\r\n");
  EXPECT_EQ(client().exchange(fits).status, 200);
  auto one = client();
  one.send(request_text("GET", "/healthz", {}, "X: " + std::string(1000, 'x') + "\r\n"));
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(body_of(answer)["code"], "headers_too_large");
  EXPECT_TRUE(one.is_ended_by_server());
  EXPECT_EQ(client().exchange("GET /" + std::string(1000, 'x')).status, 431) << "before its end is seen";
}

TEST_F(limits, too_many_fields_are_431) {
  std::string fields;
  for (int i = 0; i < 300; ++i)
    fields += fmt::format("X{}:\r\n", i);
  EXPECT_EQ(ask("GET", "/healthz", {}, fields).status, 431);
}

TEST_F(limits, a_body_that_announces_too_much_is_413_before_it_comes) {
  auto one = client();
  one.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8388609\r\n\r\n");
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(body_of(answer)["code"], "too_large");
  EXPECT_TRUE(one.is_ended_by_server());
}

TEST_F(limits, a_chunked_body_that_grows_too_large_is_413) {
  options.body_limit = 100'000;
  auto one = client();
  one.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  for (int i = 0; i < 11; ++i)
    one.send(chunk);
  EXPECT_EQ(one.receive().status, 413);
}

TEST_F(limits, a_client_that_sends_on_still_gets_its_413) {
  auto one = client();
  one.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n");
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 20; ++i)
    one.send(piece); // the last ones may fail, when the server has closed
  EXPECT_EQ(one.receive().status, 413);
}

TEST_F(limits, eight_mebibytes_pass) {
  std::string body = R"({"command":"cat","stdin":")";
  body.append((8 << 20) - body.size() - 2, 'x').append("\"}");
  ASSERT_EQ(body.size(), std::size_t{8 << 20});
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", body).status, 200);
}

TEST_F(limits, a_chunk_line_or_trailer_without_end_is_refused) {
  for (std::string body : {"5;", "0\r\nX: "}) {
    auto one = client();
    one.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    const std::string piece(10'000, 'x');
    for (int i = 0; i < 10; ++i)
      one.send(piece);
    EXPECT_EQ(one.receive().status, 431) << body;
  }
}

TEST_F(limits, bodies_that_together_take_too_much_are_503) {
  options.buffered_limit = 100'000;
  door.hold_execs(true);
  auto body = fmt::format(R"({{"command":"x","stdin":"{}"}})", std::string(60'000, 'x'));
  auto first = client();
  first.send(request_text("POST", "/api/sessions/a/b/exec", body));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  auto second = ask("POST", "/api/sessions/a/b/exec", body);
  EXPECT_EQ(second.status, 503);
  EXPECT_EQ(second.headers["retry-after"], "1");
  EXPECT_EQ(body_of(second)["code"], "overloaded");
  EXPECT_EQ(body_of(second)["retryable"], true);
  EXPECT_EQ(ask("POST", "/api/sessions", R"({"owner_id":"a","session_id":"b"})").status, 200) << "a small one still fits";
  door.hold_execs(false);
  door.release_execs();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(first.exchange(request_text("POST", "/api/sessions/a/b/exec", body)).status, 200) << "and was given back";
}

TEST_F(limits, a_connection_beyond_the_limit_gets_503_and_room_comes_back) {
  options.max_connections = 2;
  auto first = client();
  auto second = client();
  EXPECT_EQ(first.exchange(request_text("GET", "/healthz")).status, 200);
  EXPECT_EQ(second.exchange(request_text("GET", "/healthz")).status, 200);
  auto third = client();
  third.send(request_text("GET", "/healthz"));
  auto answer = third.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(body_of(answer)["code"], "overloaded");
  EXPECT_EQ(answer.headers["retry-after"], "1");
  EXPECT_TRUE(third.is_ended_by_server());
  first.send(request_text("GET", "/healthz", {}, "Connection: close\r\n"));
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_TRUE(first.is_ended_by_server());
  first.close();
  int status = 503; // the server hears of the close in its own time
  for (int i = 0; i < 10'000 && status == 503; ++i)
    status = client().exchange(request_text("GET", "/healthz")).status;
  EXPECT_EQ(status, 200);
}

TEST_F(limits, a_slow_header_is_408) {
  options.header_timeout = 50ms;
  auto one = client();
  one.send("GET /healthz HT");
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.headers["connection"], "close");
  EXPECT_TRUE(one.is_ended_by_server());
}

TEST_F(limits, a_trickle_does_not_prolong_the_header_deadline) {
  options.header_timeout = 100ms;
  auto one = client();
  std::atomic<bool> done{false};
  ASSERT_TRUE(one.send("GET /healthz HTTP/1.1\r\nX: "));
  std::thread trickle{[&] {
    while (!done && one.send("x"))
      std::this_thread::yield();
  }};
  EXPECT_THAT(one.receive().status, testing::AnyOf(408, 431));
  done = true;
  trickle.join();
}

TEST_F(limits, a_slow_body_is_408_and_names_the_request) {
  options.body_timeout = 50ms;
  auto one = client();
  one.send("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: me\r\nContent-Length: 10\r\n\r\n{");
  auto answer = one.receive();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.headers["x-request-id"], "me");
  EXPECT_EQ(body_of(answer)["request_id"], "me");
  EXPECT_EQ(door.total_calls(), 0u);
}

TEST_F(limits, an_idle_connection_is_closed_without_a_word) {
  options.idle_timeout = 50ms;
  EXPECT_TRUE(client().is_ended_by_server());
  auto used = client();
  EXPECT_EQ(used.exchange(request_text("GET", "/healthz")).status, 200);
  EXPECT_TRUE(used.is_ended_by_server());
}

TEST_F(limits, a_call_may_take_longer_than_every_deadline_of_the_connection) {
  options.idle_timeout = options.header_timeout = options.body_timeout = options.write_timeout = 50ms;
  door.hold_execs(true);
  auto one = client();
  one.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  EXPECT_TRUE(client().is_ended_by_server()); // an idle one, opened later, is over
  door.release_execs();
  EXPECT_EQ(one.receive().status, 200);
}

TEST_F(limits, a_client_that_does_not_read_is_reset) {
  options.write_timeout = 100ms;
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.output.data.assign(4 << 20, 'x');
    return result<exec_response>{answer};
  });
  auto one = client(4096);
  one.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  auto log = access(1);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_FALSE(log[0].delivered);
  EXPECT_LT(log[0].sent_bytes, std::size_t{4 << 20});
  EXPECT_EQ(one.receive().status, 0) << "only a part of it can be read";
}

TEST_F(limits, a_slow_reader_gets_it_all) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response answer;
    answer.output.data.assign(1 << 20, 'x');
    return result<exec_response>{answer};
  });
  auto one = client(4096);
  one.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  EXPECT_EQ(std::string{body_of(one.receive())["output"]}.size(), std::size_t{1 << 20});
}

TEST_F(limits, every_descriptor_is_closed_on_exec) {
  auto one = client();
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz")).status, 200);
  int sockets = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (!std::filesystem::read_symlink(entry.path(), gone).string().starts_with("socket:"))
      continue;
    ++sockets;
    EXPECT_TRUE(::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) << entry.path();
  }
  EXPECT_GE(sockets, 3) << "listener, both ends of the connection";
}
