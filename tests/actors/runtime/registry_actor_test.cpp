// SPDX-License-Identifier: MIT
#include "actors/actor_gateway.hpp"
#include "actors/registry_actor.hpp"
#include "tests/actors/runtime/answers.hpp"
#include "tests/actors/scene.hpp"

#include <caf/scheduler/test_coordinator.hpp>

/// The thin CAF actors, with CAF's clock moved by hand and every message handled on this thread.
namespace strata::test {

namespace {

struct testing_config : act::config {
  testing_config() : act::config{1} { set("scheduler.policy", caf::atom("testing")); }
};

class registry_actor_test : public testing::Test {
protected:
  void start(runtime_options options = {}) {
    actor_clock clock{[this] { return act::now(system_); },
                      [this] {
                        if (std::exchange(clock_breaks_, false))
                          throw std::runtime_error{"clock broke"};
                        return wall_time{std::chrono::duration_cast<wall_time::duration>(act::now(system_).time_since_epoch())};
                      }};
    registry_ = start_registry(system_, box_, std::move(options), launcher_, std::move(clock));
    run();
  }
  void run() { scheduler().run(); }
  void advance(steady_time::duration by) {
    scheduler().advance_time(by);
    run();
  }
  template <class Operation> awaited<typename Operation::response> call(Operation request) {
    auto made = ask<Operation>(door_, std::move(request));
    run();
    return made;
  }
  void TearDown() override {
    box_->close();
    if (registry_)
      act::kill(registry_);
    run();
    EXPECT_EQ(system_.registry().running(), 0u); // no actor outlives the registry
    for (const auto& box : launcher_.made)
      EXPECT_TRUE(box->closed());
    registry_ = nullptr;
    advance(std::chrono::hours{24}); // what still lies in the clock keeps its actor's memory, and the system waits for it
  }
  caf::scheduler::test_coordinator& scheduler() { return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler()); }

  fake_launcher launcher_;
  std::shared_ptr<mailbox<registry_event>> box_ = std::make_shared<mailbox<registry_event>>();
  actor_gateway door_{box_};
  testing_config config_;
  act::system system_{config_};
  registry_actor registry_;
  bool clock_breaks_ = false;
};

} // namespace

TEST_F(registry_actor_test, half_an_hour_of_idleness_ends_a_session) {
  start();
  ASSERT_TRUE(call(creation()).get());
  advance(minutes{30} - seconds{1});
  EXPECT_TRUE(launcher_.box("s")->alive());
  advance(seconds{1});
  EXPECT_TRUE(launcher_.box("s")->closed());
  EXPECT_EQ(call(asking()).get()->closed_reason, "session_expired");
  EXPECT_EQ(system_.registry().running(), 1u); // the session's actor ended with it
}

TEST_F(registry_actor_test, an_exec_goes_all_the_way) {
  start();
  auto request = command("make");
  request.timeout_ms = 5000;
  auto exec = call(request);
  EXPECT_TRUE(launcher_.box("s")->runs("make"));
  advance(seconds{5});
  EXPECT_TRUE(exec.get()->timed_out);
}

TEST_F(registry_actor_test, a_call_that_throws_does_not_take_the_registry_down) {
  start();
  ASSERT_TRUE(call(creation("healthy")).get());
  clock_breaks_ = true;
  auto broken = call(creation());
  EXPECT_EQ(broken.get().error().code, errc::draining);
  EXPECT_EQ(call(asking("healthy")).get()->state, session_state::ready);
  EXPECT_TRUE(call(creation()).get()->created);
  EXPECT_EQ(launcher_.launched(), 2u);
}

TEST_F(registry_actor_test, an_exception_in_a_session_ends_that_session_only) {
  start();
  ASSERT_TRUE(call(creation("healthy")).get());
  auto exec = call(command("running"));
  auto queued = call(command("queued"));
  clock_breaks_ = true; // read next when the command's end is told
  launcher_.box("s")->end("running");
  run();
  EXPECT_TRUE(exec.answered() && queued.answered());
  EXPECT_TRUE(launcher_.box("s")->closed());
  const auto dead = call(asking()).get();
  EXPECT_EQ(dead->state, session_state::closed);
  EXPECT_EQ(dead->state_reason, "its actor ended by an internal error");
  EXPECT_EQ(call(asking("healthy")).get()->state, session_state::ready);
  EXPECT_TRUE(call(creation()).get()->created);
}

TEST_F(registry_actor_test, who_waits_for_the_files_is_answered_when_the_session_ends_in_order) {
  // The news of the actor's end must not overtake its last message.
  start();
  launcher_.habits.cleans = false;
  const auto uid = call(creation()).get()->uid;
  call(closing()).get();
  auto request = closing();
  request.session = by_uid(uid);
  request.wait_files = true;
  auto waiting = call(request);
  EXPECT_FALSE(waiting.answered());
  launcher_.box("s")->clean();
  run();
  EXPECT_EQ(waiting.get()->reason, "closed_by_user");
}

TEST_F(registry_actor_test, drained_is_told_once_when_the_last_actor_is_done) {
  start();
  launcher_.habits.cleans = false;
  call(creation("a")).get();
  call(creation("b")).get();
  int drained = 0;
  box_->post(registry_drain{milliseconds{0}, [&] { ++drained; }});
  run();
  EXPECT_EQ(drained, 0);
  launcher_.box("a")->clean();
  launcher_.box("b")->clean();
  run();
  advance(seconds{1});
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(system_.registry().running(), 1u);
}

TEST_F(registry_actor_test, a_session_that_ticks_does_not_outlive_the_registry) {
  start();
  call(creation()).get();
  call(command("running"));
  act::kill(registry_);
  run();
  EXPECT_EQ(system_.registry().running(), 0u);
  EXPECT_TRUE(launcher_.box("s")->clean_now());
}

} // namespace strata::test
