// SPDX-License-Identifier: MIT
// Start, drain, stop, abort.
#include "tests/http/live_server.hpp"

#include <atomic>
#include <fmt/format.h>
#include <future>
#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

class lifecycle : public live_server {
protected:
  std::future<void> stop() {
    auto done = std::make_shared<std::promise<void>>();
    server->stop([done, this] {
      ++finished;
      done->set_value();
    });
    return done->get_future();
  }
  std::atomic<int> finished{0};
};

TEST_F(lifecycle, listens_on_every_address_and_tells_the_ports) {
  options.addresses = {{"127.0.0.1", 0}, {"127.0.0.2", 0}};
  start();
  auto bound = server->addresses();
  ASSERT_EQ(bound.size(), 2u);
  EXPECT_EQ(bound[0].host, "127.0.0.1");
  EXPECT_EQ(bound[1].host, "127.0.0.2");
  EXPECT_NE(bound[0].port, 0);
  EXPECT_NE(bound[1].port, 0);
}

TEST_F(lifecycle, an_address_in_use_is_an_error_that_names_it) {
  boost::asio::io_context io;
  auto second = http_server::start(io, door, server_options{.addresses = {{"127.0.0.1", port()}}});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("listen on 127.0.0.1:{}: address already in use", port())));
  auto bad = http_server::start(io, door, server_options{.addresses = {{"localhost", 0}}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "listen on localhost:0: not an IP address");
  EXPECT_FALSE(http_server::start(io, door, server_options{}));
}

TEST_F(lifecycle, draining_shows_in_readiness_only) {
  start();
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  server->set_draining(true);
  auto answer = ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(body_of(answer)["code"], "draining");
  EXPECT_EQ(answer.headers["retry-after"], "1");
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  EXPECT_EQ(ask("POST", "/api/sessions/a/b/exec", R"({"command":"x"})").status, 200);
  server->set_draining(false);
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
}

TEST_F(lifecycle, stop_without_connections_finishes_at_once) {
  start();
  ASSERT_EQ(stop().wait_for(20s), std::future_status::ready);
  EXPECT_THROW(client(), std::runtime_error) << "nobody listens";
}

TEST_F(lifecycle, stop_closes_idle_connections_and_lets_busy_ones_answer) {
  door.hold_execs(true);
  auto idle = client();
  EXPECT_EQ(idle.exchange(request_text("GET", "/healthz")).status, 200);
  auto fresh = client();
  auto busy = client();
  busy.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  auto done = stop();
  EXPECT_TRUE(idle.is_ended_by_server());
  EXPECT_TRUE(fresh.is_ended_by_server());
  EXPECT_EQ(finished, 0);
  EXPECT_EQ(door.disconnects(), 0u);
  door.release_execs();
  auto answer = busy.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers["connection"], "close");
  EXPECT_TRUE(busy.is_ended_by_server());
  busy.close();
  ASSERT_EQ(done.wait_for(20s), std::future_status::ready);
  EXPECT_EQ(finished, 1);
}

TEST_F(lifecycle, a_request_that_is_on_its_way_at_stop_is_served) {
  auto one = client();
  EXPECT_EQ(one.exchange(request_text("GET", "/healthz")).status, 200);
  one.send("POST /api/sessions/a/b/exec HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n");
  EXPECT_EQ(one.receive().status, 100); // so it is being read
  auto done = stop();
  EXPECT_EQ(one.exchange(R"({"command":"x"})").status, 200);
  one.close();
  EXPECT_EQ(done.wait_for(20s), std::future_status::ready);
}

TEST_F(lifecycle, abort_ends_everything_and_tells_the_calls) {
  door.hold_execs(true);
  auto idle = client();
  EXPECT_EQ(idle.exchange(request_text("GET", "/healthz")).status, 200);
  auto busy = client();
  busy.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  auto done = stop();
  server->abort();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  EXPECT_TRUE(busy.is_ended_by_server());
  EXPECT_TRUE(idle.is_ended_by_server());
  ASSERT_EQ(done.wait_for(20s), std::future_status::ready);
  door.release_execs();
  EXPECT_EQ(finished, 1);
}

TEST_F(lifecycle, destroyed_with_open_calls_it_tells_them_and_late_answers_are_dropped) {
  door.hold_execs(true);
  auto busy = client();
  busy.send(request_text("POST", "/api/sessions/a/b/exec", R"({"command":"x"})"));
  ASSERT_EQ(door.calls<exec_request>(1).size(), 1u);
  halt();
  server.reset();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  EXPECT_TRUE(busy.is_ended_by_server());
  door.release_execs();
}
