// SPDX-License-Identifier: MIT
#include "isolation/session_root.hpp"

#include <gmock/gmock.h>
#include <set>

namespace strata {
namespace {

using testing::MatchesRegex;

TEST(session_directory_name, is_stable) {
  EXPECT_EQ("s-7b6f06b53d478e8fc6d3da36459db60a-u1", session_directory_name("alice", "build", "u1"));
}

TEST(session_directory_name, is_plain_whatever_the_ids_hold) {
  const std::string nul{"a\0b", 3};
  std::vector<std::string> ids{"",
                               ".",
                               "..",
                               "../x",
                               "a/b",
                               "a:b",
                               "rootfs",
                               "x;touch${IFS}y",
                               "x,lowerdir=.",
                               " ",
                               "\n",
                               "\xff\xfe",
                               nul,
                               "a",
                               std::string(128, 'x'),
                               std::string(100'000, '/'),
                               std::string(63, 'y'),
                               std::string(64, 'y'),
                               "A",
                               "1:a",
                               "2:ab"};
  std::set<std::string> names;
  for (const auto& owner : ids)
    for (const auto& session : ids)
      for (const auto& uid : ids) {
        const auto name = session_directory_name(owner, session, uid);
        ASSERT_LE(name.size(), 100U);
        ASSERT_TRUE(is_session_directory_name(name)) << name;
        ASSERT_TRUE(names.insert(name).second) << name;
      }
  for (const auto& name : names)
    ASSERT_THAT(name, MatchesRegex("s-[0-9a-f]+-[a-z0-9-]+"));
}

TEST(session_directory_name, tells_apart_where_one_id_ends_and_the_next_begins) {
  std::set<std::string> names;
  const std::string text = "3:ab:1:c2";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    names.insert(session_directory_name(text.substr(0, cut), text.substr(cut), "u"));
  EXPECT_EQ(text.size() + 1, names.size());
}

TEST(session_directory_name, is_recognised) {
  for (const std::string name : {"", ".", "..", "s-/..", "../s-a", "s-a/b", "S-a", "s-A", "x-a", "s-a.1", "s-a\n"})
    EXPECT_FALSE(is_session_directory_name(name)) << name;
  EXPECT_FALSE(is_session_directory_name("s-" + std::string(99, 'a')));
  EXPECT_TRUE(is_session_directory_name("s-" + std::string(98, 'a')));
}

} // namespace
} // namespace strata
