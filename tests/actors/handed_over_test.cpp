// SPDX-License-Identifier: MIT
// Commands whose calls are over before they have begun.
#include "tests/actors/scene.hpp"

namespace strata::test {

namespace {

using std::chrono::milliseconds;

/// A command in the session's shell whose call is over after 50 ms.
exec_request patient(const std::string& text) {
  auto request = command(text);
  request.wait_ms = 50;
  return request;
}

} // namespace

/// Whoever comes later must not wait behind something that it can no longer see, also before that has begun.
TEST(queue, is_closed_by_a_call_that_was_over_before_its_session_was_there) {
  scene at;
  at.launcher.holds = true;
  auto first = at.call(patient("long"));
  at.advance(milliseconds{50});
  ASSERT_TRUE(first.succeeded());
  EXPECT_EQ(first.value().state, process_state::queued);
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(at.box().runs("long"));
  auto second = at.call(command("next"));
  EXPECT_EQ(second.code(), errc::shell_busy);
  EXPECT_EQ(second.fact("holder"), first.value().id);
  at.box().end("long");
  at.expect_clean_end();
}

TEST(queue, is_closed_by_a_call_that_was_over_while_its_shell_opened) {
  scene at;
  at.launcher.habits.opens = false;
  auto request = patient("long");
  request.queue_ms = 1000;
  auto first = at.call(request);
  at.advance(milliseconds{50});
  ASSERT_TRUE(first.succeeded());
  auto second = at.call(command("next"));
  EXPECT_EQ(second.code(), errc::shell_busy);
  EXPECT_EQ(second.fact("holder"), first.value().id);
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(at.box().runs("long"));
  at.box().end("long");
  at.settle();
  EXPECT_FALSE(at.call(command("after")).answered());
  at.expect_clean_end();
}

} // namespace strata::test
