// SPDX-License-Identifier: MIT
// Exec with Accept: text/event-stream.
#include "tests/http/live_server.hpp"

#include <future>
#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

class event_stream : public live_server {
protected:
  /// Of the fake command: what it writes goes here.
  std::shared_ptr<journal> log = journal::make({});

  static constexpr auto accept = "Accept: text/event-stream\r\n";

  raw_client begin(std::string_view version = "HTTP/1.1") {
    auto one = client();
    one.send("POST /api/sessions/a/b/exec " + std::string{version} + "\r\nHost: localhost\r\n" + accept
             + "Content-Length: 15\r\n\r\n" + R"({"command":"x"})");
    return one;
  }
  /// The fake gateway answers as soon as it has told the start.
  void answer_with(std::function<void()> act, exec_response response = {}) {
    door.answer<exec_request>([this, act, response](const exec_request& request) {
      request.on_started({"p1-abcd", 7, "uid", true, log->follow(0, lag::hold_back).value()});
      act();
      return response;
    });
  }
  static std::string all_of(raw_client& one) {
    bool ended = false;
    auto text = one.receive_rest(ended);
    EXPECT_TRUE(ended);
    return text;
  }
};

TEST_F(event_stream, tells_the_start_the_output_and_the_end) {
  exec_response response;
  response.reason = "exited";
  response.exit_code = 3;
  response.next = 9;
  answer_with(
    [this] {
      log->append(output_stream::out, "hi\n");
      log->append(output_stream::err, "\xff\n");
      log->append(output_stream::out, "€\r\n");
      log->end({"exited", 3, {}, {}, 0});
    },
    response);
  auto one = begin("HTTP/1.0"); // no chunks: easier to read
  const auto text = all_of(one);
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(text, HasSubstr("X-Accel-Buffering: no\r\n"));
  EXPECT_THAT(text, HasSubstr("event: started\nid: 0\ndata: {\"id\":\"p1-abcd\",\"pid\":7,"));
  EXPECT_THAT(text, HasSubstr("event: output\nid: 3\ndata: {\"offset\":0,\"stream\":\"stdout\","));
  EXPECT_THAT(text, HasSubstr("\"text\":\"hi\\n\"}\n\n"));
  EXPECT_THAT(text, HasSubstr("\"stream\":\"stderr\","));
  EXPECT_THAT(text, HasSubstr("\"b64\":\"/wo=\"}\n\n"));
  EXPECT_THAT(text, HasSubstr("\"text\":\"€\\r\\n\"}\n\n"));
  EXPECT_THAT(text, HasSubstr("event: end\nid: 10\ndata: {"));
  EXPECT_THAT(text, HasSubstr("\"exit_code\":3"));
  EXPECT_THAT(text, testing::EndsWith("}\n\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\"stdout\":")));
}

TEST_F(event_stream, is_chunked_and_the_connection_goes_on) {
  answer_with([this] {
    log->append(output_stream::out, "hi\n");
    log->end({"exited", 0, {}, {}, 0});
  });
  auto one = begin();
  one.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto text = all_of(one);
  EXPECT_THAT(text, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(text, HasSubstr("\n\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(access(2).at(0).status, 200);
}

TEST_F(event_stream, an_error_before_the_start_is_one_like_any_other) {
  door.answer<exec_request>([](const exec_request&) { return error{errc::cwd_not_found, "no"}; });
  auto one = begin();
  EXPECT_EQ(one.receive().status, 422);
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", "{}", accept).status, 400);
}

TEST_F(event_stream, an_error_after_the_start_is_the_last_event) {
  door.answer<exec_request>([this](const exec_request& request) {
    request.on_started({"p1-abcd", 7, "uid", true, log->follow(0, lag::hold_back).value()});
    log->end({"sandbox_lost", {}, {}, {}, 0});
    return error{errc::session_lost, "session was lost"};
  });
  auto one = begin("HTTP/1.0");
  const auto text = all_of(one);
  EXPECT_THAT(text, HasSubstr("event: error\nid: 0\ndata: {\"error\":\"session was lost\",\"code\":\"session_lost\""));
  EXPECT_THAT(text, testing::Not(HasSubstr("event: end")));
}

TEST_F(event_stream, a_call_whose_patience_ends_tells_that_the_command_runs_on) {
  exec_response response;
  response.state = process_state::running;
  response.id = "p1-abcd";
  answer_with([] {}, response);
  auto one = begin("HTTP/1.0");
  EXPECT_THAT(all_of(one), HasSubstr("event: running\nid: 0\ndata: {"));
}

TEST_F(event_stream, a_client_that_leaves_is_reported_and_its_reader_ends) {
  std::promise<void> answer;
  answer_with([answered = answer.get_future().share()] { answered.wait_for(fake_gateway::patience); });
  auto one = begin();
  while (!log->is_full()) // filled until the client's window and ours are full
    log->append(output_stream::out, std::string(32 << 10, 'x'));
  one.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  answer.set_value();
  std::promise<void> room;
  log->when_room([&] { room.set_value(); });
  EXPECT_EQ(room.get_future().wait_for(fake_gateway::patience), std::future_status::ready);
}
