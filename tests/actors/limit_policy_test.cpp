// SPDX-License-Identifier: MIT
#include "actors/limit_policy.hpp"

#include <gtest/gtest.h>

namespace strata {
namespace {

limit_policy policy() {
  limit_policy with;
  with.defaults.memory_bytes = 1 << 30;
  with.defaults.pids = 100;
  with.defaults.open_files = 1000;
  with.most.pids = 500;
  with.means = {"cgroup v2", "cgroup v2", ""};
  return with;
}

errc code_of(const session_limits& asked) {
  const auto checked = check_limits(asked, policy());
  return checked ? errc{} : checked.error().code;
}

TEST(limit_policy, refuses_what_is_too_little_too_much_or_not_enforced) {
  EXPECT_TRUE(check_limits({}, policy()));
  EXPECT_TRUE(check_limits({.memory_bytes = 16 << 20, .pids = 500, .open_files = 16}, policy()));
  EXPECT_EQ(code_of({.memory_bytes = (16 << 20) - 1}), errc::invalid_argument);
  EXPECT_EQ(code_of({.pids = 0}), errc::invalid_argument);
  EXPECT_EQ(code_of({.pids = -1}), errc::invalid_argument);
  EXPECT_EQ(code_of({.pids = 501}), errc::permission_denied);
  EXPECT_EQ(code_of({.memory_bytes = (1 << 30) + 1}), errc::permission_denied) << "without a most it is the default";
  EXPECT_EQ(code_of({.cpu_millis = 1000}), errc::unsupported) << "nothing here can enforce it";
  EXPECT_EQ(code_of({.disk_bytes = 1 << 30}), errc::unsupported);
  EXPECT_EQ(code_of({.inodes = 1}), errc::unsupported);
  EXPECT_EQ(code_of({.output_bytes = 1}), errc::unsupported);
}

TEST(limit_policy, names_the_field_and_the_bound) {
  EXPECT_EQ(check_limits({.pids = 501}, policy()).error().message, "limits.pids is more than the 500 that this server allows");
  EXPECT_EQ(check_limits({.pids = 7}, policy()).error().message, "limits.pids is less than 8");
}

TEST(limit_policy, shows_what_holds_and_nothing_else) {
  auto with = policy();
  with.defaults.cpu_millis = 2000;
  const auto limits = effective_limits({.pids = 50}, with);
  EXPECT_EQ(limits.pids, 50);
  EXPECT_EQ(limits.memory_bytes, 1 << 30);
  EXPECT_EQ(limits.open_files, 1000);
  EXPECT_EQ(limits.cpu_millis, std::nullopt) << "it would be a promise that nobody keeps";
  const auto resources = to_resources(limits);
  EXPECT_EQ(resources.pids, 50U);
  EXPECT_EQ(resources.cpu_millis, 0U);
}

TEST(limit_policy, differs_only_by_what_is_asked_for) {
  const session_limits present{.memory_bytes = 5, .pids = 6};
  EXPECT_FALSE(differs({}, present));
  EXPECT_FALSE(differs({.pids = 6}, present));
  EXPECT_TRUE(differs({.pids = 7}, present));
  EXPECT_TRUE(differs({.open_files = 7}, present));
}

} // namespace
} // namespace strata
