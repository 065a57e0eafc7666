// SPDX-License-Identifier: MIT
#include "isolation/id_pool.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <set>
#include <thread>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t session_ids = 65536;
using grants = std::vector<subid_grant>;

id_pool pool_of(std::string_view setting, std::uint32_t uid, std::string_view name, const grants& subuid, const grants& subgid) {
  return id_pool::make(setting, uid, name, subuid, subgid).value();
}

std::string refusal(std::string_view setting, std::uint32_t uid, std::string_view name, const grants& subuid,
                    const grants& subgid) {
  const auto made = id_pool::make(setting, uid, name, subuid, subgid);
  if (made)
    return "made a pool of " + std::to_string(made->size());
  EXPECT_EQ(errc::invalid_argument, made.error().code);
  return made.error().message;
}

bool touch(const id_range& range, std::uint64_t first, std::uint64_t last) {
  return range.first <= last && first < std::uint64_t{range.first} + range.count;
}

std::vector<id_lease> take_all(id_pool& pool) {
  std::vector<id_lease> leases;
  while (auto lease = pool.take())
    leases.push_back(*lease);
  return leases;
}

TEST(parse_subid, takes_grants_by_name_and_by_number) {
  EXPECT_THAT(parse_subid("alice:100000:65536\n1001:165536:65536"),
              ElementsAre(subid_grant{"alice", {100000, 65536}}, subid_grant{"1001", {165536, 65536}}));
}

TEST(parse_subid, leaves_out_what_is_no_grant) {
  EXPECT_THAT(parse_subid(""), IsEmpty());
  EXPECT_THAT(
    parse_subid("\n#a:1:2\nalice\nalice:\nalice:1\nalice:1:\nalice:1:0\n:1:2\nalice:x:2\nalice:1:2x\nalice:-1:2\nalice:1:2:3\n"
                "alice:4294967295:1\nalice:99999999999999999999:1\n"),
    IsEmpty());
}

TEST(parse_subid, cuts_a_grant_off_at_the_last_id) {
  EXPECT_THAT(parse_subid("lxd:1000000:99999999999"), ElementsAre(subid_grant{"lxd", {1000000, 4294967295U - 1000000}}));
}

TEST(id_pool_of_root, lends_ranges_that_do_not_overlap_and_are_nobody_elses) {
  const grants subuid{{"alice", {100000, 65536}}, {"lxd", {0x10000000, 0x100000}}};
  const grants subgid{{"bob", {0x20000001, 3}}};
  auto pool = pool_of("auto", 0, "root", subuid, subgid);
  EXPECT_EQ(id_map_kind::range, pool.kind());
  EXPECT_EQ("own range of 65536", pool.describe());
  EXPECT_GT(pool.size(), 10000U);
  const auto leases = take_all(pool);
  EXPECT_EQ(pool.size(), leases.size());
  std::set<std::uint32_t> firsts;
  for (const auto& lease : leases) {
    const auto range = lease.map().range;
    EXPECT_EQ(id_map_kind::range, lease.map().kind);
    EXPECT_FALSE(lease.map().shared);
    EXPECT_EQ(session_ids, range.count);
    EXPECT_EQ(0U, range.first % session_ids);
    EXPECT_GE(range.first, session_ids);
    EXPECT_TRUE(firsts.insert(range.first).second) << range.first;
    for (const auto* granted : {&subuid, &subgid})
      for (const auto& grant : *granted)
        EXPECT_FALSE(touch(range, grant.range.first, std::uint64_t{grant.range.first} + grant.range.count - 1)) << range.first;
  }
}

TEST(id_pool_of_root, is_refused_when_everything_is_granted) {
  EXPECT_THAT(refusal("auto", 0, "root", {{"lxd", {0, 4294967295U}}}, {}),
              HasSubstr("id pool \"auto\": /etc/subuid and /etc/subgid grant all"));
}

TEST(id_pool_of_root, takes_given_ids) {
  auto pool =
    pool_of("200000-400000", 0, "root", {{"root", {200000, 300000}}, {"alice", {100000, 100000}}}, {{"alice", {400001, 5}}});
  EXPECT_EQ(3U, pool.size());
  EXPECT_EQ(200000U, pool.take().value().map().range.first);
}

TEST(id_pool_of_root, does_not_take_what_a_user_has) {
  const grants alice{{"alice", {300000, 10}}};
  EXPECT_EQ("id pool \"200000-400000\": /etc/subuid grants 300000-300009 to user alice",
            refusal("200000-400000", 0, "root", alice, {}));
  EXPECT_EQ("id pool \"200000-400000\": /etc/subgid grants 300000-300009 to user alice",
            refusal("200000-400000", 0, "root", {}, alice));
}

TEST(id_pool, refuses_a_malformed_setting) {
  for (const auto* setting : {"", "Auto", "200000", "200000-", "-400000", "200000-400000 ", " 200000-400000", "200000:400000",
                              "0x30000-0x50000", "200000-99999999999999999999"})
    EXPECT_EQ(fmt::format("id pool \"{}\": neither \"auto\" nor FIRST-LAST", setting), refusal(setting, 0, "root", {}, {}));
  EXPECT_THAT(refusal("0-400000", 0, "root", {}, {}), HasSubstr("not within 65536-4294967294"));
  EXPECT_THAT(refusal("65535-400000", 0, "root", {}, {}), HasSubstr("not within"));
  EXPECT_THAT(refusal("200000-4294967295", 0, "root", {}, {}), HasSubstr("not within"));
  EXPECT_THAT(refusal("200000-265534", 0, "root", {}, {}), HasSubstr("fewer than the 65536 ids of one session"));
  EXPECT_THAT(refusal("400000-200000", 0, "root", {}, {}), HasSubstr("fewer than"));
}

TEST(id_pool_of_a_plain_user, without_a_grant_is_one_id) {
  auto pool = pool_of("auto", 1000, "alice", {{"bob", {100000, 65536}}}, {{"bob", {100000, 65536}}});
  EXPECT_EQ(id_map_kind::single, pool.kind());
  EXPECT_EQ(0U, pool.size());
  EXPECT_EQ("one id", pool.describe());
  const auto lease = pool.take().value();
  EXPECT_EQ(id_map_kind::single, lease.map().kind);
  EXPECT_EQ((id_range{1000, 1}), lease.map().range);
  EXPECT_TRUE(lease.map().shared);
}

TEST(id_pool_of_a_plain_user, with_one_range_shares_it) {
  const grants both{{"alice", {100000, 65536}}};
  auto pool = pool_of("auto", 1000, "alice", both, both);
  EXPECT_EQ("one range of 65536 shared by all sessions", pool.describe());
  const auto first = pool.take().value();
  const auto second = pool.take().value();
  EXPECT_EQ(id_map_kind::subid_range, first.map().kind);
  EXPECT_EQ((id_range{100000, 65536}), first.map().range);
  EXPECT_EQ(first.map().range, second.map().range);
  EXPECT_TRUE(first.map().shared);
  EXPECT_EQ(0U, pool.in_use());
}

TEST(id_pool_of_a_plain_user, with_several_ranges_gives_each_session_its_own) {
  const grants both{{"1000", {100000, 65536 * 2 + 5}}, {"alice", {500000, 65536}}};
  auto pool = pool_of("auto", 1000, "alice", both, both);
  EXPECT_EQ(3U, pool.size());
  EXPECT_EQ("own range of 65536", pool.describe());
  std::vector<std::uint32_t> firsts;
  for (const auto& lease : take_all(pool)) {
    EXPECT_FALSE(lease.map().shared);
    firsts.push_back(lease.map().range.first);
  }
  EXPECT_THAT(firsts, ElementsAre(100000, 165536, 500000));
}

TEST(id_pool_of_a_plain_user, needs_the_ids_in_both_files) {
  const grants users{{"alice", {100000, 200000}}};
  EXPECT_EQ(0U, pool_of("auto", 1000, "alice", users, {}).size());
  EXPECT_EQ(0U, pool_of("auto", 1000, "alice", {}, users).size());
  auto pool = pool_of("auto", 1000, "alice", users, {{"alice", {150000, 65536}}});
  EXPECT_EQ((id_range{150000, 65536}), pool.take().value().map().range);
  EXPECT_EQ(0U, pool_of("auto", 1000, "alice", users, {{"alice", {150000, 65535}}}).size());
}

TEST(id_pool_of_a_plain_user, may_not_be_given_other_ids) {
  const grants both{{"alice", {100000, 65536}}};
  EXPECT_EQ(
    "id pool \"100001-165600\": not granted to user alice (add the line alice:100001:65600 to /etc/subuid and /etc/subgid)",
    refusal("100001-165600", 1000, "alice", both, both));
  EXPECT_EQ("made a pool of 1", refusal("100000-165535", 1000, "alice", both, both));
}

TEST(id_pool, lends_a_range_again_only_when_the_last_copy_is_dropped) {
  auto pool = pool_of("65536-196607", 0, "root", {}, {});
  ASSERT_EQ(2U, pool.size());
  auto first = pool.take();
  const auto second = pool.take();
  EXPECT_EQ(2U, pool.in_use());
  const auto full = pool.take();
  ASSERT_FALSE(full);
  EXPECT_EQ(errc::quota_exceeded, full.error().code);
  EXPECT_THAT(full.error().facts, ElementsAre(std::pair<std::string, std::string>{"retry_after", "1"}));
  auto copy = *first;
  first = error{};
  EXPECT_FALSE(pool.take());
  const auto freed = copy.map().range;
  copy = {};
  EXPECT_EQ(1U, pool.in_use());
  EXPECT_EQ(freed, pool.take().value().map().range);
}

TEST(id_pool, lets_a_range_rest_while_others_are_free) {
  auto pool = pool_of("65536-262143", 0, "root", {}, {});
  std::vector<std::uint32_t> firsts;
  for (int i = 0; i < 4; ++i)
    firsts.push_back(pool.take().value().map().range.first);
  EXPECT_THAT(firsts, ElementsAre(65536, 131072, 196608, 65536));
}

TEST(id_pool, does_not_lend_what_is_reserved) {
  auto pool = pool_of("65536-262143", 0, "root", {}, {});
  // Of a pool that was cut otherwise: it touches the first two ranges. Two trees may hold the same.
  const id_map left{id_map_kind::range, {100000, 65536}, true};
  auto one = pool.reserve(left);
  auto other = pool.reserve(left);
  EXPECT_EQ(left.range, one.map().range);
  EXPECT_EQ(2U, pool.in_use());
  auto third = pool.take();
  EXPECT_EQ(196608U, third.value().map().range.first);
  EXPECT_FALSE(pool.take());
  one = {};
  EXPECT_FALSE(pool.take());
  other = {};
  EXPECT_EQ(2U, take_all(pool).size());
}

TEST(id_pool, reserves_a_range_that_is_lent_already) {
  auto pool = pool_of("65536-131071", 0, "root", {}, {});
  auto lent = pool.take();
  auto reserved = pool.reserve(lent.value().map());
  lent = error{};
  EXPECT_FALSE(pool.take());
  reserved = {};
  EXPECT_TRUE(pool.take());
}

TEST(id_pool, has_nothing_to_reserve_of_foreign_ids) {
  auto pool = pool_of("65536-131071", 0, "root", {}, {});
  const auto foreign = pool.reserve({id_map_kind::single, {1000, 1}, true});
  EXPECT_EQ(0U, pool.in_use());
  EXPECT_EQ(1000U, foreign.map().range.first);
  EXPECT_TRUE(pool.take());
}

TEST(id_pool, leases_may_outlive_it) {
  std::optional<id_pool> pool = pool_of("65536-131071", 0, "root", {}, {});
  const auto lease = pool->take().value();
  pool.reset();
  EXPECT_EQ(65536U, lease.map().range.first);
}

TEST(id_pool, is_thread_safe) {
  auto pool = pool_of("65536-1114111", 0, "root", {}, {}); // 16 ranges
  std::array<std::atomic<int>, 16> holders{};
  std::atomic<int> clashes = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i)
        if (auto lease = pool.take()) {
          auto& holder = holders[lease->map().range.first / session_ids - 1];
          clashes += holder++;
          --holder;
        }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(0, clashes);
  EXPECT_EQ(0U, pool.in_use());
}

TEST(id_pool, opens_for_this_user) {
  const auto pool = id_pool::open("auto");
  ASSERT_TRUE(pool) << pool.error().message;
  EXPECT_FALSE(pool->describe().empty());
}

} // namespace
} // namespace strata
