// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// The same key and content twice is one deed and one answer.
namespace strata::test {

namespace {

call_context keyed(const std::string& name, const std::string& digest = "d", const std::string& caller = "c") {
  call_context context;
  context.caller = caller;
  context.idempotency_key = name;
  context.content_digest = digest;
  return context;
}

} // namespace

TEST(idempotency, gives_the_same_answer_again_and_runs_nothing) {
  scene at;
  auto first = at.call(command("make"), keyed("k"));
  at.box().end("make", exited(3, "out"));
  at.settle();
  at.advance(seconds{5});
  auto second = at.call(command("make"), keyed("k"));
  ASSERT_TRUE(second.succeeded());
  EXPECT_EQ(second.value().id, first.value().id);
  EXPECT_EQ(second.value().exit_code, 3);
  EXPECT_EQ(second.value().stdout_output.data, "out");
  EXPECT_TRUE(second.value().session_created);
  EXPECT_EQ(at.box().ran.size(), 1u);
  at.expect_clean_end();
}

TEST(idempotency, holds_for_create_and_for_errors) {
  scene at;
  auto session = creation("");
  session.generate_id = true;
  auto first = at.call(session, keyed("k"));
  auto second = at.call(session, keyed("k"));
  EXPECT_EQ(second.value().uid, first.value().uid);
  EXPECT_EQ(at.launcher.launched(), 1u);

  auto never = command("make", "no");
  never.create = "never";
  EXPECT_EQ(at.call(never, keyed("e")).code(), errc::session_not_found);
  at.call(creation("no"));
  EXPECT_EQ(at.call(never, keyed("e")).code(), errc::session_not_found);
  at.expect_clean_end();
}

TEST(idempotency, tells_what_is_in_flight_and_what_differs) {
  scene at;
  auto first = at.call(command("make"), keyed("k"));
  auto again = at.call(command("make"), keyed("k"));
  EXPECT_EQ(again.code(), errc::request_in_flight);
  EXPECT_EQ(again.fact("retry_after"), "1");
  EXPECT_EQ(at.call(command("rm"), keyed("k", "other")).code(), errc::idempotency_mismatch);
  EXPECT_EQ(at.call(creation(), keyed("k")).code(), errc::request_in_flight);
  at.box().end("make");
  at.settle();
  EXPECT_EQ(at.call(command("rm"), keyed("k", "other")).code(), errc::idempotency_mismatch);
  EXPECT_EQ(at.call(creation(), keyed("k")).code(), errc::idempotency_mismatch); // another operation with the same digest
  EXPECT_TRUE(first.succeeded());
  at.expect_clean_end();
}

TEST(idempotency, keys_belong_to_their_callers) {
  scene at;
  at.call(fresh("a"), keyed("k", "d", "alice"));
  at.call(fresh("b"), keyed("k", "d", "bob"));
  EXPECT_TRUE(at.box().runs("a") && at.box().runs("b"));
  at.expect_clean_end();
}

TEST(idempotency, ends_after_ten_minutes) {
  scene at;
  at.call(command("make"), keyed("k"));
  at.box().end("make");
  at.settle();
  at.advance(minutes{10} - milliseconds{1});
  EXPECT_TRUE(at.call(command("make"), keyed("k")).succeeded());
  EXPECT_EQ(at.box().ran.size(), 1u);
  at.advance(milliseconds{1});
  at.call(command("make"), keyed("k"));
  EXPECT_EQ(at.box().ran.size(), 2u);
  at.expect_clean_end();
}

TEST(idempotency, a_call_in_flight_is_not_forgotten_however_long) {
  scene at;
  at.call(command("make"), keyed("k"));
  at.advance(minutes{60});
  EXPECT_EQ(at.call(command("make"), keyed("k")).code(), errc::request_in_flight);
  at.expect_clean_end();
}

TEST(idempotency, forgets_answers_that_invite_a_retry) {
  runtime_options options;
  options.max_sessions = 1;
  scene at{options};
  at.call(command("holds"));
  auto busy = command("next");
  busy.queue_ms = 0;
  auto refused = at.call(busy, keyed("busy"));
  at.advance(milliseconds{0});
  EXPECT_EQ(refused.code(), errc::shell_busy);
  EXPECT_EQ(at.call(creation("other"), keyed("full")).code(), errc::quota_exceeded);
  at.box().end("holds");
  at.settle();
  EXPECT_FALSE(at.call(busy, keyed("busy")).answered());
  at.box().end("next");
  at.settle();
  at.call(closing());
  EXPECT_TRUE(at.call(creation("other"), keyed("full")).succeeded());
  at.expect_clean_end();
}

TEST(idempotency, a_call_that_was_dropped_before_it_began_may_be_made_again) {
  scene at;
  at.call(command("long"));
  auto dropped = at.call(command("make"), keyed("k"));
  dropped.disconnect();
  at.settle();
  EXPECT_EQ(dropped.value().reason, "cancelled");
  auto again = at.call(command("make"), keyed("k"));
  at.box().end("long");
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  at.box().end("make", 4);
  at.settle();
  EXPECT_EQ(again.value().exit_code, 4);
  EXPECT_EQ(at.call(command("make"), keyed("k")).value().exit_code, 4);
  at.expect_clean_end();
}

TEST(idempotency, a_call_that_was_dropped_after_it_began_is_not_run_twice) {
  scene at;
  auto dropped = at.call(command("make"), keyed("k"));
  dropped.disconnect();
  at.settle();
  EXPECT_EQ(at.call(command("make"), keyed("k")).value().reason, "cancelled");
  EXPECT_EQ(at.box().ran.size(), 1u);

  auto kept = fresh("build");
  kept.on_disconnect = "keep";
  at.call(kept, keyed("kept")).disconnect();
  at.settle();
  at.box().end("build", 7);
  at.settle();
  EXPECT_EQ(at.call(kept, keyed("kept")).value().exit_code, 7) << "told to who asks again";
  at.expect_clean_end();
}

TEST(idempotency, a_call_whose_session_was_lost_before_it_began_may_be_made_again) {
  scene at;
  at.call(command("long"), keyed("long"));
  at.call(command("make"), keyed("closed"));
  at.call(closing());
  auto again = at.call(command("make"), keyed("closed"));
  EXPECT_FALSE(again.answered());
  EXPECT_TRUE(at.box().runs("make"));
  at.call(command("next"), keyed("died"));
  at.box().die("killed");
  at.settle();
  EXPECT_EQ(again.code(), errc::session_lost);
  EXPECT_EQ(at.call(command("make"), keyed("closed")).code(), errc::session_lost) << "it may have run";
  EXPECT_FALSE(at.call(command("next"), keyed("died")).answered());
  EXPECT_TRUE(at.box().runs("next"));
  at.expect_clean_end();
}

TEST(idempotency, refuses_keys_that_are_too_long) {
  scene at;
  EXPECT_EQ(at.call(creation(), keyed(std::string(256, 'k'))).code(), errc::invalid_argument);
  EXPECT_TRUE(at.call(creation(), keyed(std::string(255, 'k'))).succeeded());
  at.expect_clean_end();
}

TEST(idempotency, a_call_that_moves_to_a_new_session_is_still_the_same_call) {
  scene at;
  at.call(creation());
  auto exec = at.begin(command("make"), keyed("k"));
  at.box().die("killed");
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  at.box().end("make", 5);
  at.settle();
  EXPECT_EQ(exec.value().exit_code, 5);
  EXPECT_EQ(at.call(command("make"), keyed("k")).value().exit_code, 5);
  at.expect_clean_end();
}

TEST(idempotency_table, is_bounded_in_number) {
  idempotency_table table{{minutes{10}, 3, 1 << 20}};
  const steady_time now{};
  const auto answer = [] { return std::make_shared<const result<exec_response>>(exec_response{}); };
  for (auto name : {"1", "2", "3"})
    EXPECT_FALSE(table.begin("c", name, "d", now)->has_value());
  EXPECT_EQ(table.begin("c", "4", "d", now).error().code, errc::overloaded); // nothing to forget
  table.remember("c", "2", answer(), now);
  EXPECT_TRUE(table.begin("c", "4", "d", now).has_value());
  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table.begin("c", "1", "d", now).error().code, errc::request_in_flight);
  EXPECT_EQ(table.begin("c", "2", "d", now).error().code, errc::overloaded); // it was forgotten, and there is no room
}

TEST(idempotency_table, is_bounded_in_bytes) {
  idempotency_table table{{minutes{10}, 1000, 100'000}};
  steady_time now{};
  for (int i = 0; i < 100; ++i) {
    const auto name = std::to_string(i);
    ASSERT_TRUE(table.begin("c", name, "d", now).has_value());
    exec_response answer;
    answer.output.data.assign(10'000, 'x');
    table.remember("c", name, std::make_shared<const result<exec_response>>(std::move(answer)), now);
    EXPECT_LE(table.bytes(), 100'000u);
  }
  EXPECT_GT(table.size(), 5u);
  EXPECT_LT(table.size(), 10u);
  exec_response huge;
  huge.output.data.assign(200'000, 'x');
  ASSERT_TRUE(table.begin("c", "huge", "d", now).has_value());
  table.remember("c", "huge", std::make_shared<const result<exec_response>>(std::move(huge)), now);
  EXPECT_LE(table.bytes(), 100'000u);
  now += minutes{10};
  EXPECT_TRUE(table.begin("c", "last", "d", now).has_value());
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.bytes(), 0u);
}

} // namespace strata::test
