// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// How many sessions there may be, and of whom.
namespace strata::test {

TEST(quota, holds_for_all_owners_together) {
  runtime_options options;
  options.max_sessions = 2;
  scene at{options};
  at.call(creation("1", "a"));
  at.call(creation("1", "b"));
  auto refused = at.call(creation("1", "c"));
  EXPECT_EQ(refused.code(), errc::quota_exceeded);
  EXPECT_EQ(refused.failure().message, "max sessions (2) reached");
  EXPECT_EQ(refused.fact("retry_after"), "1");
  EXPECT_EQ(refused.fact("limit"), "2");
  EXPECT_EQ(at.call(command("true", "1", "c")).code(), errc::quota_exceeded);
  EXPECT_TRUE(at.call(creation("1", "a")).succeeded()); // it is there
  at.expect_clean_end();
}

TEST(quota, holds_for_each_owner) {
  runtime_options options;
  options.max_sessions_per_owner = 1;
  scene at{options};
  at.call(creation("1", "a"));
  auto refused = at.call(creation("2", "a"));
  EXPECT_EQ(refused.code(), errc::quota_exceeded);
  EXPECT_EQ(refused.failure().message, "max sessions per owner (1) reached");
  EXPECT_TRUE(at.call(creation("2", "b")).succeeded());
  at.call(closing("1", "a"));
  EXPECT_TRUE(at.call(creation("2", "a")).succeeded());
  at.expect_clean_end();
}

TEST(quota, counts_a_session_until_its_last_process_is_gone) {
  runtime_options options;
  options.max_sessions = 1;
  options.max_sessions_per_owner = 1;
  scene at{options};
  at.launcher.habits.goes = false;
  at.launcher.habits.cleans = false;
  at.call(creation());
  auto closer = at.call(closing());
  EXPECT_FALSE(closer.answered());
  EXPECT_EQ(at.call(get_stats{}).value().active_sessions, 0);
  EXPECT_EQ(at.call(creation()).code(), errc::quota_exceeded);
  at.box().go();
  at.settle();
  EXPECT_TRUE(closer.succeeded());
  EXPECT_TRUE(at.call(creation()).succeeded()); // its files are the trash's business
  EXPECT_EQ(at.actors(), 2u);
  for (auto& box : at.launcher.made) {
    box->does.goes = box->does.cleans = true;
    box->clean();
  }
  at.expect_clean_end();
}

TEST(quota, counts_a_session_that_is_being_made) {
  runtime_options options;
  options.max_sessions = 1;
  scene at{options};
  at.launcher.holds = true;
  at.call(creation("1"));
  EXPECT_EQ(at.call(creation("2")).code(), errc::quota_exceeded);
  at.launcher.succeed();
  at.expect_clean_end();
}

TEST(quota, ended_sessions_take_no_place_and_are_kept_in_bounds) {
  runtime_options options;
  options.max_sessions = 1;
  options.max_ended_kept = 5;
  scene at{options};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(at.call(creation(std::to_string(i))).succeeded());
    ASSERT_TRUE(at.call(closing(std::to_string(i))).succeeded());
  }
  auto listed = at.call(list_sessions{}).value();
  ASSERT_EQ(listed.items.size(), 5u);
  EXPECT_EQ(listed.items[0].key.session_id, "19");
  EXPECT_EQ(listed.items[4].key.session_id, "15");
  at.expect_clean_end();
}

} // namespace strata::test
