// SPDX-License-Identifier: MIT
// Nothing that an agent can say hurts more than its own session.
#include "isolation/agent_link.hpp"
#include "tests/sandbox/live_sandbox.hpp"

#include <sys/socket.h>

namespace strata::test {

namespace {

class hostile_agent : public testing::TestWithParam<const char*> {};

std::string name_of(const testing::TestParamInfo<const char*>& each) { return each.param; }

} // namespace

TEST_P(hostile_agent, ends_its_session_and_no_more) {
  live_sandbox box{"hostile_agent", GetParam()};
  auto refused = box.open_shell();
  auto done = box.run("true");
  EXPECT_TRUE(refused || done.refused || done.failed || done.end.exit_code == 0);
  EXPECT_NE(box.cause_of_death(), "");
  for (const auto& each : {refused, done.refused, done.failed})
    if (each) {
      EXPECT_EQ(each->code, errc::session_lost) << each->message;
      EXPECT_LT(each->message.size(), 5000U);
    }
  EXPECT_EQ(box.usage().error().code, errc::session_lost);
  box.close();
  EXPECT_EQ(box.deaths(), 1);
}

INSTANTIATE_TEST_SUITE_P(that_sends, hostile_agent,
                         testing::Values("garbage", "short", "too_large", "size_differs", "version", "wrong_number",
                                         "wrong_reply", "flood", "many_descriptors", "hang_up", "exit", "unknown_event",
                                         "no_pipes", "one_pipe", "twice", "ends_twice", "wrong_outcome"),
                         name_of);

TEST(hostile_agents, cannot_make_a_pipe_block_the_server) {
  live_sandbox box{"hostile_agent", "blocking"};
  ASSERT_FALSE(box.open_shell());
  auto call = box.start(box.spec("true"));
  // A server without rights over the ids inside cannot open the pipe anew, and gives the session up.
  if (auto started = wait_for(call.started); !started) {
    EXPECT_EQ(started.error().code, errc::session_lost);
    return;
  }
  while (box.output_so_far(call.id) != "said")
    std::this_thread::yield();
  EXPECT_TRUE(box.usage()); // the thread that would be stuck
}

TEST(hostile_agents, that_never_answers_is_given_up) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  const unique_fd silent{ends[1]};
  boost::asio::io_context io;
  auto link = std::make_shared<agent_link>(io.get_executor(), unique_fd{ends[0]},
                                           agent_patience{std::chrono::milliseconds{20}, std::chrono::hours{1}});
  std::string why;
  std::optional<errc> answer;
  link->start({[](wire::frame) {}, [&](std::string cause) { why = std::move(cause); }});
  link->request(wire::message::usage, [&](result<wire::frame> answered) { answer = answered.error().code; });
  io.run();
  EXPECT_EQ(why, "agent does not answer");
  EXPECT_EQ(answer, errc::session_lost);
}

} // namespace strata::test
