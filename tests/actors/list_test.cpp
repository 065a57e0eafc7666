// SPDX-License-Identifier: MIT
#include "actors/list_cursor.hpp"
#include "tests/actors/scene.hpp"

/// Listings: filters, order, and pages that stay right while sessions come and go.
namespace strata::test {

namespace {

std::vector<std::string> ids(const session_page& page) {
  std::vector<std::string> found;
  for (const auto& item : page.items)
    found.push_back(item.key.session_id);
  return found;
}

using list = std::vector<std::string>;

} // namespace

TEST(listing, gives_pages_in_both_orders) {
  scene at;
  for (auto id : {"1", "2", "3", "4", "5"})
    at.call(creation(id));
  list_sessions request;
  request.limit = 2;
  auto page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"5", "4"}));
  request.cursor = page.next_cursor;
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"3", "2"}));
  request.cursor = page.next_cursor;
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"1"}));
  EXPECT_EQ(page.next_cursor, "");

  request.newest_first = false;
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument); // a cursor of the other order
  request.cursor.clear();
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"1", "2"}));
  request.cursor = page.next_cursor;
  request.limit = 3;
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"3", "4", "5"}));
  EXPECT_EQ(page.next_cursor, "");
  at.expect_clean_end();
}

TEST(listing, shows_each_session_once_whatever_comes_and_goes_between_pages) {
  scene at;
  for (auto id : {"1", "2", "3", "4", "5", "6"})
    at.call(creation(id));
  list_sessions request;
  request.limit = 2;
  auto page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"6", "5"}));
  request.cursor = page.next_cursor;
  at.call(creation("7"));
  at.call(closing("5")); // the one that the cursor stands behind ends, and is forgotten
  at.call(closing("3"));
  at.advance(minutes{11});
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"4", "2"}));
  request.cursor = page.next_cursor;
  EXPECT_EQ(ids(at.call(request).value()), (list{"1"}));
  at.expect_clean_end();
}

TEST(listing, filters) {
  scene at;
  auto session = creation("blue", "a");
  session.metadata = {{"team", "blue"}, {"env", "test"}};
  const auto uid = at.call(session).value().uid;
  at.advance(seconds{1});
  const auto later = at.wall();
  at.advance(seconds{1});
  session = creation("red", "a");
  session.metadata = {{"team", "red"}};
  at.call(session);
  at.call(creation("none", "b"));
  at.call(closing("none", "b"));

  list_sessions request;
  request.owner = "a";
  EXPECT_EQ(ids(at.call(request).value()), (list{"red", "blue"}));
  request = {};
  request.metadata = {{"team", "blue"}};
  EXPECT_EQ(ids(at.call(request).value()), (list{"blue"}));
  request.metadata["env"] = "live";
  EXPECT_TRUE(ids(at.call(request).value()).empty());
  request = {};
  request.uid = uid;
  EXPECT_EQ(ids(at.call(request).value()), (list{"blue"}));
  request = {};
  request.states = {session_state::closed, session_state::failed};
  EXPECT_EQ(ids(at.call(request).value()), (list{"none"}));
  request.states = {session_state::ready};
  EXPECT_EQ(ids(at.call(request).value()), (list{"red", "blue"}));
  request = {};
  request.created_after = later;
  EXPECT_EQ(ids(at.call(request).value()), (list{"none", "red"}));
  request = {};
  request.base = "rootfs";
  EXPECT_TRUE(ids(at.call(request).value()).empty());
  at.expect_clean_end();
}

TEST(listing, a_filtered_page_ends_the_listing_only_when_nothing_follows) {
  scene at;
  for (int i = 0; i < 20; ++i) {
    auto session = creation(std::to_string(i));
    if (i % 5 == 0)
      session.metadata = {{"fifth", "yes"}};
    at.call(session);
  }
  list_sessions request;
  request.metadata = {{"fifth", "yes"}};
  request.limit = 2;
  auto page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"15", "10"}));
  ASSERT_NE(page.next_cursor, "");
  request.cursor = page.next_cursor;
  page = at.call(request).value();
  EXPECT_EQ(ids(page), (list{"5", "0"}));
  EXPECT_EQ(page.next_cursor, "");
  at.expect_clean_end();
}

TEST(listing, keeps_ended_sessions_for_ten_minutes_with_their_reason) {
  runtime_options options;
  scene at{options};
  at.call(creation());
  at.call(closing());
  const auto closed = at.now();
  auto listed = at.call(list_sessions{}).value();
  ASSERT_EQ(listed.items.size(), 1u);
  EXPECT_EQ(listed.items[0].closed_reason, "closed_by_user");
  EXPECT_EQ(listed.items[0].state, session_state::closed);
  at.advance(closed + minutes{10} - milliseconds{1} - at.now());
  EXPECT_EQ(at.call(list_sessions{}).value().items.size(), 1u);
  at.advance(milliseconds{1});
  EXPECT_TRUE(at.call(list_sessions{}).value().items.empty());
  EXPECT_EQ(at.call(asking()).code(), errc::session_not_found);
  at.expect_clean_end();
}

TEST(listing, shows_what_is_going_on) {
  scene at;
  at.call(command("runs"));
  at.call(command("waits"));
  at.call(fresh("runs too"));
  auto item = at.call(list_sessions{}).value().items.at(0);
  EXPECT_EQ(item.counts, (string_map{{"running", "2"}, {"queued", "1"}, {"shells", "1"}}));
  EXPECT_FALSE(item.created);
  at.expect_clean_end();
}

TEST(listing, refuses_bad_limits_and_cursors) {
  scene at;
  list_sessions request;
  for (auto limit : {0, -1, 1001}) {
    request.limit = limit;
    EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  }
  request.limit = 1000;
  EXPECT_TRUE(at.call(request).succeeded());
  const auto good = list_cursor{true, 0xab}.encode();
  for (std::string bad :
       {"x", "c1d", "c1x00000000000000ab", "c1d00000000000000ag", "c1d-000000000000001", "c2d00000000000000ab"}) {
    request.cursor = bad;
    EXPECT_EQ(at.call(request).code(), errc::invalid_argument) << bad;
  }
  request.cursor = good + "0";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request.cursor = good;
  EXPECT_TRUE(at.call(request).succeeded());
}

TEST(getting, tells_a_session_by_key_and_by_uid) {
  scene at;
  const auto first = at.call(creation()).value().uid;
  at.call(closing());
  EXPECT_EQ(at.call(asking()).value().uid, first); // the last one of that name
  const auto second = at.call(creation()).value().uid;
  EXPECT_EQ(at.call(asking()).value().uid, second);
  EXPECT_EQ(at.call(get_session{by_uid(first)}).value().state, session_state::closed);
  EXPECT_EQ(at.call(get_session{{key(), second}}).value().uid, second);
  EXPECT_EQ(at.call(get_session{{key("other"), second}}).code(), errc::session_not_found);
  EXPECT_EQ(at.call(get_session{by_uid("abcdefghijklmnopqrst")}).code(), errc::session_not_found);
  EXPECT_EQ(at.call(get_session{}).code(), errc::invalid_argument);
  at.expect_clean_end();
}

TEST(stats, of_a_session_and_of_the_server) {
  scene at;
  auto session = creation();
  auto server = at.call(get_stats{}).value();
  EXPECT_EQ(server.active_sessions, 0);
  EXPECT_EQ(server.max_sessions, 100);
  EXPECT_FALSE(server.draining);
  at.launcher.holds = true;
  at.call(session);
  EXPECT_TRUE(at.call(get_session_stats{{key(), {}}}).succeeded()); // nothing yet
  at.launcher.succeed();
  at.settle();
  auto used = at.call(get_session_stats{{key(), {}}}).value();
  EXPECT_EQ(used.processes, 3);
  EXPECT_EQ(used.memory_bytes, 4096);
  EXPECT_EQ(used.cpu_ms, 12);
  EXPECT_EQ(used.disk_bytes, std::nullopt);
  EXPECT_EQ(at.call(get_stats{}).value().active_sessions, 1);
  at.expect_clean_end();
}

TEST(stats, that_the_sandbox_does_not_tell_are_an_error_in_time) {
  runtime_options options;
  options.max_queued_calls = 2;
  scene at{options};
  at.call(creation());
  at.box().does.tells = false;
  auto first = at.call(get_session_stats{{key(), {}}});
  auto second = at.call(get_session_stats{{key(), {}}});
  EXPECT_EQ(at.call(get_session_stats{{key(), {}}}).code(), errc::overloaded);
  at.advance(options.kill_patience);
  EXPECT_EQ(first.code(), errc::internal);
  EXPECT_EQ(second.code(), errc::internal);
  auto closed = at.call(get_session_stats{{key(), {}}});
  at.call(closing());
  EXPECT_EQ(closed.code(), errc::session_not_found);
  at.expect_clean_end();
}

} // namespace strata::test
