// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace {

class server_link_test : public testing::Test {
protected:
  void SetUp() override {
    if (auto why = live_agent::unavailable())
      GTEST_SKIP() << *why;
    agent_.emplace();
  }

  static wire::received next(const unique_fd& socket, wire::frame& frame) {
    pollfd one{socket.get(), POLLIN, 0};
    ::poll(&one, 1, 60'000);
    return wire::receive_frame(socket.get(), frame);
  }

  std::optional<live_agent> agent_;
};

} // namespace

TEST_F(server_link_test, hangs_up_on_anything_but_hello_of_its_version) {
  wire::frame frame;
  auto with = [&](wire::message type, std::uint32_t number, const std::string& body) {
    auto socket = agent_->connect_only();
    EXPECT_EQ(wire::send_frame(socket.get(), type, number, body), 0);
    return next(socket, frame);
  };
  EXPECT_EQ(with(wire::message::hello, 1, wire::encode(wire::hello{})), wire::received::got);
  EXPECT_EQ(with(wire::message::hello, 1, wire::encode(wire::hello{wire::protocol_version + 1, 1})), wire::received::closed);
  EXPECT_EQ(with(wire::message::hello, 0, wire::encode(wire::hello{})), wire::received::closed);
  EXPECT_EQ(with(wire::message::usage, 1, {}), wire::received::closed);
  EXPECT_EQ(with(wire::message::hello, 1, "xx"), wire::received::closed);
  auto raw = agent_->connect_only();
  EXPECT_EQ(::send(raw.get(), "short", 5, 0), 5);
  EXPECT_EQ(next(raw, frame), wire::received::closed);
}

TEST_F(server_link_test, answers_malformed_and_unknown_requests) {
  agent_->connect();
  for (auto type : {wire::message::run, wire::message::shell_run, wire::message::open_shell, wire::message::end_command,
                    wire::message{0x999}})
    EXPECT_EQ(agent_->reply_to(agent_->send(type, std::string{"\xff\xff\xff\xff"})).type, wire::message::failure);
  // An environment in a memfd: more than a packet holds.
  wire::run large{"l", {"sh", "-c", "echo ${#BIG}"}, plain_environment(), "/", {}};
  large.env.push_back("BIG=" + std::string(100'000, 'x'));
  EXPECT_EQ(agent_->run(large).out, "100000\n");
}

TEST_F(server_link_test, a_newer_server_replaces_the_older) {
  agent_->connect();
  ASSERT_FALSE(agent_->open_shell());
  agent_->shell("a=5");
  agent_->hang_up();
  agent_->connect();
  EXPECT_EQ(agent_->shell("echo $a").out, "5\n");
  auto older = agent_->connect_only();
  agent_->connect();
  wire::frame frame;
  EXPECT_EQ(next(older, frame), wire::received::closed);
  EXPECT_EQ(agent_->shell("echo $a").out, "5\n");
}

TEST_F(server_link_test, ends_itself_when_no_server_comes_back) {
  agent_->connect(50);
  ASSERT_FALSE(agent_->open_shell());
  agent_->hang_up();
  int status = 0;
  EXPECT_EQ(::waitpid(agent_->pid(), &status, 0), agent_->pid());
  EXPECT_TRUE(WIFEXITED(status));
}

TEST_F(server_link_test, a_payload_cannot_look_into_the_agent) {
  agent_->connect();
  auto look = agent_->run({"sh", "-c",
                           "for f in /proc/1/environ /proc/1/mem /proc/1/maps /proc/$PPID/mem /proc/$PPID/environ; do "
                           "head -c 1 $f >/dev/null 2>&1 && echo $f; done; readlink /proc/1/fd/5 /proc/$PPID/fd/* /proc/1/exe"});
  EXPECT_EQ(look.out, "");
}

TEST_F(server_link_test, a_payload_cannot_take_the_agents_resources) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "without a second id inside agent and payload cannot differ";
  agent_->connect();
  auto attempt = agent_->run(
    {"sh", "-c",
     "prlimit --pid 1 --nofile=3:3 2>/dev/null || echo refused; prlimit --pid $PPID --cpu=1:1 2>/dev/null || echo refused"});
  EXPECT_EQ(attempt.out, "refused\nrefused\n");
  EXPECT_EQ(agent_->run({"sh", "-c", "id -G; ulimit -n; grep ^Gid: /proc/self/status"}).out, "0\n1024\nGid:\t0\t0\t0\t0\n");
}

} // namespace strata::test
