// SPDX-License-Identifier: MIT
#include "actors/actor_gateway.hpp"
#include "actors/actor_runtime.hpp"
#include "tests/actors/runtime/answers.hpp"
#include "tests/actors/scene.hpp"

#include <gmock/gmock.h>
#include <thread>

/// The actors on their real threads, over fake sandboxes.
namespace strata::test {

namespace {

/// Asks until the session is in that state. Asking is no activity.
session_info await_state(gateway& door, const std::string& session, session_state wanted) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto info = ask(door, asking(session)).get();
    if (info && info->state == wanted)
      return *info;
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error{"session did not reach its state"};
  }
}

/// Until the command is under way.
void await_command(fake_sandbox& box, const std::string& text) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!box.runs(text))
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error{"command did not start"};
}

} // namespace

TEST(runtime, starts_and_stops) {
  fake_launcher launcher;
  for (int i = 0; i < 5; ++i)
    actor_runtime runtime{{}, launcher};
}

TEST(runtime, serves_many_callers_at_once) {
  fake_launcher launcher;
  launcher.habits.ends = true;
  std::atomic<int> right{0};
  std::atomic<int> created{0};
  {
    actor_runtime runtime{{}, launcher};
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i)
      callers.emplace_back([&, i] {
        for (int round = 0; round < 25; ++round) {
          const auto session = std::to_string((i + round) % 5);
          auto exec = ask(runtime.door(), command("c" + std::to_string(i), session));
          auto answer = exec.get();
          right += answer && answer->exit_code == 0 && answer->stdout_output.data == "c" + std::to_string(i);
          created += answer && answer->session_created;
          if (round % 10 == 9)
            ask(runtime.door(), creation(session)).get();
        }
      });
    for (auto& caller : callers)
      caller.join();
    EXPECT_EQ(ask(runtime.door(), get_stats{}).get()->active_sessions, 5);
  }
  EXPECT_EQ(right, 8 * 25);
  EXPECT_EQ(created, 5);
  EXPECT_EQ(launcher.launched(), 5u);
  for (const auto& box : launcher.made)
    EXPECT_TRUE(box->clean_now());
}

TEST(runtime, answers_what_is_in_flight_when_it_ends) {
  fake_launcher launcher;
  awaited<exec_response> running, queued;
  awaited<session_info> waiting;
  awaited<close_session_response> closer;
  {
    actor_runtime runtime{{}, launcher};
    running = ask(runtime.door(), command("running"));
    ask(runtime.door(), creation()).get();
    queued = ask(runtime.door(), command("queued"));
    await_command(*launcher.box("s"), "running");
    ask(runtime.door(), creation("hangs")).get();
    launcher.box("hangs")->does.goes = false;
    closer = ask(runtime.door(), closing("hangs"));
    launcher.holds = true;
    waiting = ask(runtime.door(), creation("slow"));
    await_state(runtime.door(), "slow", session_state::creating);
  }
  EXPECT_EQ(running.get().error().code, errc::session_lost); // its command had begun
  EXPECT_EQ(queued.get().error().code, errc::draining);
  EXPECT_EQ(waiting.get().error().code, errc::draining);
  EXPECT_EQ(closer.get().error().code, errc::draining);
  for (const auto* call : {&running, &queued})
    EXPECT_EQ(call->answers(), 1);
  EXPECT_TRUE(launcher.box("s")->clean_now());
  EXPECT_TRUE(launcher.box("hangs")->closed());
  launcher.succeed(); // the sandbox that comes too late is closed
  EXPECT_TRUE(launcher.box("slow")->clean_now());
}

TEST(runtime, ends_with_calls_coming_in) {
  fake_launcher launcher;
  launcher.habits.ends = true;
  std::vector<awaited<exec_response>> execs(2000);
  {
    actor_runtime runtime{{}, launcher};
    for (std::size_t i = 0; i < execs.size(); ++i)
      execs[i] = ask(runtime.door(), fresh("x", std::to_string(i % 50)));
  }
  for (auto& exec : execs) {
    const auto answer = exec.get();
    if (!answer) {
      EXPECT_THAT(answer.error().code, testing::AnyOf(errc::draining, errc::session_lost, errc::overloaded));
    }
    EXPECT_EQ(exec.answers(), 1);
  }
  for (const auto& box : launcher.made)
    EXPECT_TRUE(box->clean_now());
}

TEST(runtime, drains) {
  fake_launcher launcher;
  std::atomic<int> drained{0};
  std::promise<void> first, second;
  actor_runtime runtime{{}, launcher};
  auto exec = ask(runtime.door(), command("running"));
  ask(runtime.door(), creation("idle")).get();
  await_state(runtime.door(), "s", session_state::ready);
  await_command(*launcher.box("s"), "running");
  runtime.drain(minutes{10}, [&] {
    ++drained;
    first.set_value();
  });
  EXPECT_EQ(ask(runtime.door(), creation("new")).get().error().code, errc::draining);
  EXPECT_FALSE(exec.answered());
  runtime.drain(milliseconds{0}, [&] {
    ++drained;
    second.set_value();
  });
  ASSERT_EQ(first.get_future().wait_for(patience), std::future_status::ready);
  ASSERT_EQ(second.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_EQ(exec.get()->reason, "session_closed");
  EXPECT_EQ(drained, 2);
  EXPECT_TRUE(launcher.box("s")->clean_now() && launcher.box("idle")->clean_now());
}

TEST(runtime, a_disconnect_ends_the_command_of_that_call) {
  fake_launcher launcher;
  actor_runtime runtime{{}, launcher};
  auto gone = ask(runtime.door(), fresh("gone"));
  auto stays = ask(runtime.door(), fresh("stays"));
  ask(runtime.door(), creation()).get();
  await_command(*launcher.box("s"), "stays");
  runtime.door().disconnect(gone.id);
  EXPECT_EQ(gone.get()->reason, "cancelled");
  runtime.door().disconnect(gone.id);
  runtime.door().disconnect(999'999);
  EXPECT_FALSE(stays.answered());
  launcher.box("s")->end("stays");
  EXPECT_EQ(stays.get()->exit_code, 0);
}

TEST(runtime, the_clock_of_the_actors_moves_by_itself) {
  fake_launcher launcher;
  actor_runtime runtime{{}, launcher};
  auto request = creation();
  request.idle_ttl_ms = 5;
  ASSERT_TRUE(ask(runtime.door(), request).get());
  EXPECT_EQ(await_state(runtime.door(), "s", session_state::closed).closed_reason, "session_expired");
}

TEST(runtime, a_session_whose_actor_dies_takes_nobody_with_it) {
  fake_launcher launcher;
  actor_runtime runtime{{}, launcher};
  ask(runtime.door(), creation("healthy")).get();
  launcher.before_each = [] { throw std::runtime_error{"no more threads"}; };
  auto exec = ask(runtime.door(), command("ls"));
  EXPECT_EQ(exec.get().error().code, errc::draining); // nothing was begun
  const auto dead = await_state(runtime.door(), "s", session_state::closed);
  EXPECT_EQ(dead.closed_reason, "sandbox_lost");
  EXPECT_EQ(dead.state_reason, "its actor ended by an internal error");
  EXPECT_EQ(ask(runtime.door(), asking("healthy")).get()->state, session_state::ready);
  launcher.before_each = nullptr;
  EXPECT_TRUE(ask(runtime.door(), creation()).get()->created);
}

TEST(runtime, a_receiver_that_throws_harms_nobody_else) {
  fake_launcher launcher;
  actor_runtime runtime{{}, launcher};
  runtime.door().call(get_stats{}, {}, [](const result<server_stats>&) { throw std::runtime_error{"receiver"}; });
  runtime.door().call(creation(), {}, [](const result<session_info>&) { throw std::runtime_error{"receiver"}; });
  EXPECT_EQ(ask(runtime.door(), creation()).get()->state, session_state::ready);
  EXPECT_EQ(launcher.launched(), 1u);
}

TEST(runtime, a_receiver_may_call_again) {
  fake_launcher launcher;
  awaited<server_stats> again;
  {
    actor_runtime runtime{{}, launcher};
    launcher.holds = true;
    auto& door = runtime.door();
    door.call(creation(), {}, [&](const result<session_info>&) { door.call(get_stats{}, {}, again.done()); });
  } // ends while the first call waits: its answer calls into a closed gateway
  EXPECT_EQ(again.get().error().code, errc::draining);
  launcher.succeed();
}

TEST(gateway, answers_at_once_when_the_actors_are_gone) {
  auto box = std::make_shared<mailbox<registry_event>>();
  actor_gateway door{box};
  auto exec = ask<exec_request>(door, command("ls"));
  ASSERT_TRUE(exec.answered());
  EXPECT_EQ(exec.get().error().code, errc::draining);
  EXPECT_EQ(door.open_calls(), 0u);
  EXPECT_NE(exec.id, ask<exec_request>(door, command("ls")).id);
}

TEST(gateway, forgets_calls_that_were_answered) {
  std::vector<registry_event> read;
  auto box = std::make_shared<mailbox<registry_event>>(
    [&](const std::shared_ptr<registry_event>& event) { read.push_back(std::move(*event)); });
  actor_gateway door{box};
  auto exec = ask<exec_request>(door, command("ls"));
  EXPECT_EQ(door.open_calls(), 1u);
  auto& event = std::get<call<exec_request>>(*read.at(0));
  EXPECT_EQ(event.context.call_id, exec.id);
  int told = 0;
  event.ticket->attach([&] { ++told; });
  door.disconnect(exec.id);
  EXPECT_EQ(told, 1);
  event.answer(exec_response{});
  EXPECT_EQ(door.open_calls(), 0u);
}

} // namespace strata::test
