// SPDX-License-Identifier: MIT
#include "isolation/cgroup/files.hpp"
#include "isolation/cgroup/hierarchies.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// As on hosts of that kind, shortened.
constexpr char systemd_cgroup[] = "0::/system.slice/strata.service\n";
constexpr char systemd_mounts[] =
  "24 1 0:22 / /proc rw,nosuid shared:12 - proc proc rw\n"
  "31 23 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr char hybrid_cgroup[] = "9:name=systemd:/\n8:pids:/job\n4:memory:/limit/one\n3:cpuset:/\n2:cpu,cpuacct:/\n0::/\n";
constexpr char hybrid_mounts[] = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                                 "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
                                 "35 31 0:32 /limit /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                                 "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
                                 "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(cgroup_hierarchies_of, a_host_with_the_unified_one_only) {
  const auto found = find_hierarchies(systemd_cgroup, systemd_mounts);
  EXPECT_EQ("/sys/fs/cgroup/system.slice/strata.service", found.v2);
  EXPECT_THAT(found.v1, IsEmpty());
}

TEST(cgroup_hierarchies_of, a_host_with_both) {
  const auto found = find_hierarchies(hybrid_cgroup, hybrid_mounts);
  EXPECT_EQ("/sys/fs/cgroup/unified", found.v2);
  EXPECT_THAT(found.v1, UnorderedElementsAre(Pair("pids", "/sys/fs/cgroup/pids/job"), Pair("memory", "/sys/fs/cgroup/memory/one"),
                                             Pair("cpu", "/sys/fs/cgroup/cpu,cpuacct")));
}

TEST(cgroup_hierarchies_of, a_group_outside_of_what_is_mounted_is_none) {
  EXPECT_THAT(find_hierarchies("4:memory:/limits/one\n", hybrid_mounts).v1, IsEmpty());
  EXPECT_THAT(find_hierarchies("4:memory:/other\n", hybrid_mounts).v1, IsEmpty());
}

TEST(cgroup_hierarchies_of, nonsense_is_none) {
  for (const auto* text : {"", "\n", "::", "4", "4:memory", "memory:/x\n"}) {
    EXPECT_EQ("", find_hierarchies(text, hybrid_mounts).v2);
    EXPECT_THAT(find_hierarchies(text, hybrid_mounts).v1, IsEmpty());
    EXPECT_THAT(find_hierarchies(hybrid_cgroup, text).v1, IsEmpty());
  }
}

TEST(number_after, finds_whole_words_at_the_start_of_a_line) {
  constexpr char text[] = "oom_kill_disable 0\nunder_oom 1\noom_kill 17\n";
  EXPECT_EQ(17U, number_after(text, "oom_kill"));
  EXPECT_EQ(0U, number_after(text, "oom_kill_disable"));
  EXPECT_EQ(std::nullopt, number_after(text, "oom"));
  EXPECT_EQ(std::nullopt, number_after("", "oom"));
  EXPECT_EQ(std::nullopt, number_after("max x\n", "max"));
}

} // namespace
} // namespace strata
