// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// When a session ends by itself.
namespace strata::test {

namespace {

create_session idle_after(std::int64_t ttl_ms) {
  auto request = creation();
  request.idle_ttl_ms = ttl_ms;
  return request;
}

} // namespace

TEST(idle, ends_a_session_after_its_ttl) {
  runtime_options options;
  scene at{options};
  at.call(creation());
  at.advance(options.session_ttl - milliseconds{1});
  EXPECT_TRUE(at.box().alive());
  at.advance(milliseconds{1});
  EXPECT_TRUE(at.box().closed());
  auto ended = at.call(asking()).value();
  EXPECT_EQ(ended.closed_reason, "session_expired");
  EXPECT_EQ(ended.state_reason, "idle for 1800000 ms");
  at.expect_clean_end();
}

TEST(idle, looking_is_no_activity) {
  scene at;
  at.call(idle_after(60'000));
  const auto active = at.call(asking()).value().last_active_at;
  for (int i = 0; i < 59; ++i) {
    at.advance(seconds{1});
    EXPECT_TRUE(at.call(asking()).succeeded());
    EXPECT_TRUE(at.call(list_sessions{}).succeeded());
    EXPECT_TRUE(at.call(get_stats{}).succeeded());
    EXPECT_TRUE(at.call(get_session_stats{{key(), {}}}).succeeded());
    EXPECT_TRUE(at.call(shell_listing()).succeeded());
  }
  EXPECT_EQ(at.call(asking()).value().last_active_at, active);
  at.advance(seconds{1});
  EXPECT_TRUE(at.box().closed());
  at.expect_clean_end();
}

TEST(idle, output_of_a_handed_over_command_is_none_but_the_command_is) {
  scene at;
  at.call(idle_after(60'000));
  auto request = command("server");
  request.wait_ms = 100;
  auto exec = at.call(request);
  at.advance(minutes{60});
  EXPECT_TRUE(exec.answered());
  EXPECT_TRUE(at.box().runs("server"));
  at.box().end("server");
  at.settle();
  at.advance(seconds{59});
  EXPECT_TRUE(at.box().alive());
  at.advance(seconds{1});
  EXPECT_TRUE(at.box().closed());
  at.expect_clean_end();
}

TEST(idle, begins_when_the_last_call_ended) {
  scene at;
  at.call(idle_after(60'000));
  at.call(command("long"));
  at.call(fresh("longer"));
  at.advance(minutes{10});
  at.box().end("long");
  at.settle();
  at.advance(minutes{10});
  EXPECT_TRUE(at.box().runs("longer"));
  at.box().end("longer");
  at.settle();
  EXPECT_EQ(at.call(asking()).value().last_active_at, at.wall());
  at.advance(seconds{59});
  EXPECT_TRUE(at.call(creation()).succeeded()); // asking for it is using it
  at.advance(seconds{59});
  EXPECT_TRUE(at.call(opening("a")).succeeded());
  at.advance(seconds{59});
  EXPECT_TRUE(at.call(shell_closing("a")).succeeded());
  at.advance(seconds{59});
  EXPECT_TRUE(at.box().alive());
  at.advance(seconds{1});
  EXPECT_TRUE(at.box().closed());
  at.expect_clean_end();
}

TEST(idle, an_open_call_keeps_a_session) {
  runtime_options options;
  options.start_patience = minutes{10};
  scene at{options};
  at.call(idle_after(60'000));
  at.box().does.opens = false;
  auto opener = at.call(opening("slow"));
  at.advance(minutes{5});
  EXPECT_FALSE(opener.answered());
  at.box().answer_opening(7);
  at.settle();
  EXPECT_TRUE(opener.succeeded());
  at.expect_clean_end();
}

TEST(idle, never_with_zero) {
  scene at;
  at.call(idle_after(0));
  at.advance(std::chrono::hours{24 * 30});
  EXPECT_TRUE(at.box().alive());
  at.expect_clean_end();
}

TEST(idle, of_the_server_may_be_never_too) {
  runtime_options options;
  options.session_ttl = milliseconds{0};
  scene at{options};
  at.call(creation());
  at.advance(std::chrono::hours{24 * 30});
  EXPECT_TRUE(at.box().alive());
  at.expect_clean_end();
}

TEST(idle, does_not_strike_while_the_session_is_made) {
  scene at;
  at.launcher.holds = true;
  auto creator = at.call(idle_after(10));
  at.advance(seconds{30});
  EXPECT_FALSE(creator.answered());
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(creator.succeeded());
  at.expect_clean_end();
}

TEST(expiry, ends_a_session_whatever_goes_on) {
  scene at;
  auto request = creation();
  request.expires_in_ms = 60'000;
  at.call(request);
  auto running = at.call(command("busy"));
  auto waiting = command("queued");
  waiting.queue_ms = 600'000;
  auto queued = at.call(waiting);
  at.advance(seconds{60} - milliseconds{1});
  EXPECT_TRUE(at.box().runs("busy"));
  at.advance(milliseconds{1});
  EXPECT_EQ(running.value().reason, "session_expired");
  EXPECT_EQ(running.value().exit_code, std::nullopt);
  EXPECT_EQ(queued.code(), errc::session_lost);
  EXPECT_EQ(at.call(asking()).value().closed_reason, "session_expired");
  at.expect_clean_end();
}

TEST(expiry, is_no_end_with_zero) {
  scene at;
  auto request = creation();
  request.expires_in_ms = 0;
  EXPECT_EQ(at.call(request).value().expires_at, std::nullopt);
  at.expect_clean_end();
}

TEST(update, changes_the_idle_ttl) {
  scene at;
  at.call(idle_after(60'000));
  auto request = change();
  request.idle_ttl_ms = 1000;
  EXPECT_EQ(at.call(request).value().idle_ttl_ms, 1000);
  EXPECT_EQ(at.call(asking()).value().idle_ttl_ms, 1000);
  at.advance(milliseconds{999});
  request.idle_ttl_ms = 0;
  at.call(request);
  at.advance(minutes{60});
  EXPECT_TRUE(at.box().alive());
  request.idle_ttl_ms = 1000;
  at.call(request);
  at.advance(milliseconds{1000});
  EXPECT_TRUE(at.box().closed());
  at.expect_clean_end();
}

TEST(update, moves_the_absolute_end) {
  scene at;
  at.call(idle_after(0));
  auto request = change();
  request.expires_in_ms = 10'000;
  EXPECT_EQ(at.call(request).value().expires_at, at.wall() + seconds{10});
  request.extend_only = true;
  request.expires_in_ms = 5'000;
  EXPECT_EQ(at.call(request).value().expires_at, at.wall() + seconds{10}); // earlier: left alone
  request.expires_in_ms = 20'000;
  EXPECT_EQ(at.call(request).value().expires_at, at.wall() + seconds{20});
  request.expires_in_ms.reset();
  request.expires_given = true;
  request.expires_at = at.wall() + seconds{15};
  request.extend_only = false;
  at.call(request);
  at.advance(seconds{14});
  EXPECT_TRUE(at.box().alive());
  request.expires_at.reset(); // never
  request.extend_only = true;
  EXPECT_EQ(at.call(request).value().expires_at, std::nullopt);
  request.expires_at = at.wall() + seconds{1}; // never is later
  EXPECT_EQ(at.call(request).value().expires_at, std::nullopt);
  at.advance(minutes{60});
  EXPECT_TRUE(at.box().alive());
  request.extend_only = false;
  request.expires_at = wall_time::min(); // long past
  at.call(request);
  at.advance(milliseconds{0});
  EXPECT_EQ(at.call(asking()).value().closed_reason, "session_expired");
  at.expect_clean_end();
}

TEST(update, a_far_end_is_far) {
  scene at;
  at.call(idle_after(0));
  auto request = change();
  request.expires_given = true;
  request.expires_at = wall_time::max();
  EXPECT_EQ(at.call(request).value().expires_at, wall_time::max());
  at.advance(minutes{60});
  EXPECT_TRUE(at.box().alive());
  at.expect_clean_end();
}

TEST(update, merges_metadata_and_env_within_their_limits) {
  scene at;
  auto session = creation();
  session.metadata = {{"a", "1"}, {"b", "2"}};
  session.env = {{"A", "1"}, {"B", "2"}};
  at.call(session);
  auto request = change();
  request.metadata = {{"a", std::nullopt}, {"c", "3"}};
  request.env = {{"A", std::nullopt}, {"C", "3"}};
  EXPECT_EQ(at.call(request).value().metadata, (string_map{{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(at.call(asking()).value().metadata, (string_map{{"b", "2"}, {"c", "3"}}));
  at.call(fresh("env"));
  EXPECT_EQ(at.box().ran.at(0).env, (string_map{{"B", "2"}, {"C", "3"}}));

  request = change();
  for (int i = 0; i < 63; ++i)
    request.metadata["k" + std::to_string(i)] = "v";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument); // 65 together
  EXPECT_EQ(at.call(asking()).value().metadata.size(), 2u);
  at.expect_clean_end();
}

TEST(update, refuses_another_network) {
  scene at;
  at.call(creation());
  auto request = change();
  request.network = network_policy{"none", {}, {}};
  EXPECT_TRUE(at.call(request).succeeded());
  request.network = network_policy{"host", {}, {}};
  EXPECT_EQ(at.call(request).code(), errc::unsupported);
  at.expect_clean_end();
}

} // namespace strata::test
