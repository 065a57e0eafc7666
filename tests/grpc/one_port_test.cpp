// SPDX-License-Identifier: MIT
// HTTP/1.1 and HTTP/2 on one port.
#include "protocols/http2_preface.hpp"
#include "tests/grpc/grpc_test.hpp"

#include <filesystem>
#include <fstream>
#include <future>
#include <strata/v1/system.grpc.pb.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// An empty SETTINGS frame: the least that a client says after the preface (RFC 9113 §3.4).
const std::string settings{"\0\0\0\4\0\0\0\0\0", 9};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator{"/proc/self/fd"})
    ++count;
  return count;
}

} // namespace

class one_port : public grpc_test {
protected:
  bool is_answered(const std::shared_ptr<grpc::Channel>& by) {
    auto stub = v1::SystemService::NewStub(by);
    v1::GetVersionResponse response;
    const auto status = stub->GetVersion(patient().get(), {}, &response);
    EXPECT_EQ(response.version(), status.ok() ? options.version : "");
    return status.ok();
  }
  /// The first bytes of an HTTP/2 server: its SETTINGS frame.
  static bool speaks_http2(raw_client& one) {
    one.end_sending();
    bool ended = false;
    const auto bytes = one.receive_rest(ended);
    return bytes.size() >= 9 && bytes[3] == 4 && ended;
  }
};

TEST_F(one_port, serves_both) {
  auto by = channel();
  // A gRPC call is noted after its client has the answer.
  EXPECT_TRUE(is_answered(by));
  access(1);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  access(2);
  EXPECT_TRUE(is_answered(by));
  const auto answered = access(3);
  ASSERT_EQ(answered.size(), 3U);
  EXPECT_EQ(answered[0].target, "strata.v1.SystemService/GetVersion");
  EXPECT_EQ(answered[0].method, "GRPC");
  EXPECT_THAT(answered[0].peer, StartsWith("127.0.0.1:"));
  EXPECT_EQ(answered[0].peer, answered[2].peer);
  EXPECT_NE(answered[0].request_id, answered[2].request_id);
}

TEST_F(one_port, tells_http_2_byte_by_byte) {
  auto one = client();
  for (const char c : http2_preface)
    one.send(std::string_view{&c, 1});
  one.send(settings);
  EXPECT_TRUE(speaks_http2(one));
}

TEST_F(one_port, keeps_what_came_with_the_preface) {
  auto one = client();
  one.send(std::string{http2_preface} + settings);
  EXPECT_TRUE(speaks_http2(one));
}

TEST_F(one_port, leaves_what_only_looks_like_it_to_http) {
  EXPECT_EQ(client().exchange("PRI * HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 404);
  EXPECT_EQ(client().exchange("PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 404);
  EXPECT_EQ(client().exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX").status, 505);
  // Only the first bytes of a connection tell its protocol.
  auto one = client();
  one.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + std::string{http2_preface});
  EXPECT_EQ(one.receive().status, 200);
  EXPECT_EQ(one.receive().status, 505);
}

TEST_F(one_port, cuts_off_who_stops_within_the_preface) {
  options.header_timeout = std::chrono::milliseconds{50};
  auto one = client();
  one.send(http2_preface.substr(0, 20));
  EXPECT_EQ(one.receive().status, 408);
  EXPECT_TRUE(one.is_ended_by_server());
  auto other = client();
  other.send(http2_preface.substr(0, 20));
  other.end_sending();
  EXPECT_EQ(other.receive().status, 505);
}

TEST_F(one_port, cuts_off_who_says_nothing_after_the_preface) {
  options.header_timeout = std::chrono::milliseconds{50};
  auto one = client();
  one.send(http2_preface);
  bool ended = false;
  one.receive_rest(ended);
  EXPECT_TRUE(ended);
}

TEST_F(one_port, counts_every_connection) {
  options.max_connections = 2;
  auto first = channel();
  auto second = channel();
  EXPECT_TRUE(is_answered(first));
  EXPECT_TRUE(is_answered(second));
  EXPECT_EQ(ask("GET", "/healthz").status, 503);
  second.reset();
  // The end of a connection is heard a moment later.
  int status = 503;
  for (const auto until = std::chrono::steady_clock::now() + fake_gateway::patience;
       status == 503 && std::chrono::steady_clock::now() < until;)
    status = ask("GET", "/healthz").status;
  EXPECT_EQ(status, 200);
}

TEST_F(one_port, leaks_no_descriptor) {
  ASSERT_EQ(ask("GET", "/healthz").status, 200);
  EXPECT_TRUE(is_answered(channel())); // gRPC opens what it keeps
  auto before = open_descriptors();
  for (int round = 0; round < 100; ++round) {
    ASSERT_EQ(ask("GET", "/healthz").status, 200);
    auto cut = client();
    cut.send(http2_preface.substr(0, static_cast<std::size_t>(round % 24)));
    cut.reset();
    auto silent = client();
    silent.send(std::string{http2_preface} + settings);
    silent.reset();
    if (round % 10 == 0) {
      ASSERT_TRUE(is_answered(channel()));
    }
  }
  auto after = open_descriptors();
  for (const auto until = std::chrono::steady_clock::now() + fake_gateway::patience;
       after > before && std::chrono::steady_clock::now() < until; after = open_descriptors())
    std::this_thread::yield();
  EXPECT_LE(after, before);
}

TEST_F(one_port, hands_every_descriptor_on_with_close_on_exec) {
  auto by = channel();
  ASSERT_TRUE(is_answered(by));
  auto one = client();
  one.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_EQ(one.receive().status, 200);
  for (const auto& each : std::filesystem::directory_iterator{"/proc/self/fdinfo"}) {
    std::error_code gone;
    const auto fd = each.path().filename().string();
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + fd, gone).string();
    if (gone || !target.starts_with("socket:"))
      continue;
    std::ifstream info{each.path()};
    std::string text{std::istreambuf_iterator<char>{info}, {}};
    const auto flags = text.find("flags:");
    ASSERT_NE(flags, text.npos);
    EXPECT_NE(std::stoul(text.substr(flags + 6), nullptr, 8) & 02000000UL, 0U) << "descriptor " << fd << ": " << text;
  }
}

TEST_F(one_port, stops_in_order_and_by_force) {
  auto by = channel();
  ASSERT_TRUE(is_answered(by));
  std::promise<void> stopped;
  server->set_draining(true);
  server->stop([&] { stopped.set_value(); });
  EXPECT_EQ(stopped.get_future().wait_for(fake_gateway::patience), std::future_status::ready);
  EXPECT_FALSE(is_answered(by));
}

TEST_F(one_port, ends_a_running_call_when_it_is_aborted) {
  door.hold_execs(true);
  auto one = client();
  one.send(std::string{http2_preface} + settings);
  std::promise<void> stopped;
  server->stop([&] { stopped.set_value(); });
  server->abort();
  EXPECT_EQ(stopped.get_future().wait_for(fake_gateway::patience), std::future_status::ready);
}
