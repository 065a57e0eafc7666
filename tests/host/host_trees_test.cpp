// SPDX-License-Identifier: MIT
#include "isolation/host_trees.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::ElementsAre;

TEST(is_within, compares_whole_names) {
  EXPECT_TRUE(is_within("/usr", "/usr"));
  EXPECT_TRUE(is_within("/usr/local", "/usr"));
  EXPECT_TRUE(is_within("/usr/local", "/usr/"));
  EXPECT_TRUE(is_within("/anything", "/"));
  EXPECT_FALSE(is_within("/usrlocal", "/usr"));
  EXPECT_FALSE(is_within("/", "/usr"));
}

TEST(mounts_below, are_not_the_tree_itself) {
  constexpr auto mountinfo = "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
                             "2 1 8:2 / /usr rw - ext4 /dev/sdb rw\n"
                             "3 2 8:3 / /usr/local rw - ext4 /dev/sdc rw\n"
                             "4 2 8:3 / /usr/with\\040blank rw - ext4 /dev/sdc rw\n"
                             "5 1 8:3 / /usrlocal rw - ext4 /dev/sdc rw\n"
                             "broken\n";
  EXPECT_THAT(mounts_below(mountinfo, "/usr"), ElementsAre("/usr/local", "/usr/with blank"));
}

TEST(host_trees, never_hold_the_root) {
  for (const bool writable : {true, false}) {
    const auto trees = host_trees(writable);
    ASSERT_FALSE(trees.empty());
    EXPECT_EQ("/usr", trees.front().source);
    for (const auto& tree : trees) {
      EXPECT_EQ("/" + tree.target, tree.source);
      for (const auto* closed : {"/", "/etc", "/root", "/home", "/var", "/run", "/tmp", "/srv"})
        EXPECT_NE(closed, tree.source);
      EXPECT_EQ(writable ? layer_mode::overlay : layer_mode::read_only, tree.mode);
    }
  }
}

} // namespace
} // namespace strata
