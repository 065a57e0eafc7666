// SPDX-License-Identifier: MIT
// On a recorded tree of files, where what is written can be read; and on this host's own cgroups.
#include "isolation/cgroup/files.hpp"
#include "isolation/cgroup/tree.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class recorded_tree : public testing::Test {
protected:
  recorded_tree() {
    auto name = (fs::temp_directory_path() / "strata-cgroup-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~recorded_tree() override { fs::remove_all(root_); }
  void put(const std::string& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream{root_ / file} << text;
  }
  std::string at(const std::string& file) const { return group_file((root_ / file).string()); }

  fs::path root_;
};

TEST_F(recorded_tree, of_the_unified_hierarchy_gets_limits_on_the_parent_and_pids_on_the_leaf) {
  put("own/cgroup.controllers", "cpuset cpu io memory pids\n");
  cgroup_tree tree{{{}, (root_ / "own").string()}, "strata-1-2"};
  EXPECT_THAT(tree.problems(), IsEmpty());
  EXPECT_EQ("cgroup v2", tree.means().memory);
  EXPECT_EQ("cgroup v2", tree.means().pids);
  EXPECT_EQ("cgroup v2", tree.means().cpu);
  EXPECT_EQ(std::to_string(::getpid()), at("own/server/cgroup.procs"));
  EXPECT_EQ("+memory +pids +cpu", at("own/cgroup.subtree_control"));
  EXPECT_EQ("+memory +pids +cpu", at("own/strata-1-2/cgroup.subtree_control"));
  EXPECT_EQ("500", at("own/server/cpu.weight"));

  const auto group = tree.make("abc", {1 << 30, 100, 1500, 0});
  ASSERT_TRUE(group) << group.error().message;
  const std::string top = "own/strata-1-2/abc/";
  EXPECT_EQ("1073741824", at(top + "memory.max"));
  EXPECT_EQ("150000 100000", at(top + "cpu.max"));
  EXPECT_EQ("100", at(top + "work/pids.max"));
  EXPECT_EQ("1", at(top + "work/memory.oom.group"));
  EXPECT_EQ("", at(top + "pids.max")) << "the agent must be able to start a keeper in the middle of a fork bomb";
  EXPECT_THAT(group->places(), ElementsAre((root_ / top / "agent/cgroup.procs").string()));
  EXPECT_EQ((root_ / top / "work/cgroup.procs").string(), group->work_place());
}

TEST_F(recorded_tree, tells_what_was_hit) {
  put("own/cgroup.controllers", "cpu memory pids\n");
  put("own/s/abc/memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n");
  put("own/s/abc/work/pids.events", "max 7\n");
  cgroup_tree tree{{{}, (root_ / "own").string()}, "s"};
  const auto group = tree.make("abc", {});
  ASSERT_TRUE(group);
  EXPECT_EQ(2U, group->events().oom_kills);
  EXPECT_EQ(7U, group->events().pids_refused);
  EXPECT_EQ("", at("own/s/abc/memory.max")) << "no limit was asked for";
}

TEST_F(recorded_tree, without_all_controllers_falls_back_to_those_of_v1) {
  put("own/cgroup.controllers", "hugetlb\n");
  for (const auto* controller : {"memory", "pids"})
    fs::create_directory(root_ / controller);
  cgroup_tree tree{{{{"memory", (root_ / "memory").string()}, {"pids", (root_ / "pids").string()}}, (root_ / "own").string()},
                   "s"};
  EXPECT_EQ("cgroup v1", tree.means().memory);
  EXPECT_EQ("", tree.means().cpu) << "it is not there";
  const auto group = tree.make("abc", {1 << 20, 5, 1000, 0});
  ASSERT_TRUE(group);
  EXPECT_EQ("1048576", at("memory/s/abc/memory.limit_in_bytes"));
  EXPECT_EQ("5", at("pids/s/abc/work/pids.max"));
  EXPECT_EQ(2U, group->places().size());
}

TEST_F(recorded_tree, that_cannot_be_written_is_none) {
  cgroup_tree tree{{{{"memory", "/proc/self/no-such"}}, ""}, "s"};
  EXPECT_EQ("", tree.means().memory);
  EXPECT_THAT(tree.problems(), Contains(testing::HasSubstr("make cgroup /proc/self/no-such/s: no such file or directory")));
  const auto group = tree.make("abc", {1, 1, 1, 0});
  ASSERT_TRUE(group);
  EXPECT_THAT(group->places(), IsEmpty());
  EXPECT_EQ("", group->work_place());
  EXPECT_EQ(0U, group->events().oom_kills);
}

class own_groups : public testing::Test {
protected:
  static std::string whole(const char* path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  const cgroup_hierarchies found_ = find_hierarchies(whole("/proc/self/cgroup"), whole("/proc/self/mountinfo"));
  const std::string name_ = fmt::format("strata-test-{}", ::getpid());
};

TEST_F(own_groups, hold_a_process_within_its_limit_and_are_removed) {
  std::vector<std::string> directories;
  {
    cgroup_tree tree{found_, name_};
    if (tree.means().pids.empty())
      GTEST_SKIP() << "no cgroup with pids may be written here";
    auto group = tree.make("abc", {64 << 20, 3, 0, 0});
    ASSERT_TRUE(group) << group.error().message;
    directories = group->directories();
    const auto child = ::fork();
    if (child == 0) { // itself and two more
      for (const auto& place : {group->work_place()})
        if (!write_group_file(place, "0"))
          ::_exit(99);
      int made = 0;
      for (; made < 10; ++made) {
        const auto grandchild = ::fork();
        if (grandchild < 0)
          break;
        if (grandchild == 0) {
          ::pause();
          ::_exit(0);
        }
      }
      ::signal(SIGTERM, SIG_IGN);
      for (std::ifstream procs{group->work_place()}; procs;) {
        pid_t each = 0;
        procs >> each;
        if (procs && each != ::getpid())
          ::kill(each, SIGKILL);
      }
      while (::wait(nullptr) > 0) {
      }
      ::_exit(made);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(2, WEXITSTATUS(status));
    EXPECT_LE(1U, group->events().pids_refused);
    tree.remove(*group);
  }
  for (const auto& each : directories)
    EXPECT_FALSE(fs::exists(each)) << each;
  for (const auto& [controller, own] : found_.v1)
    EXPECT_FALSE(fs::exists(own + "/" + name_)) << controller;
}

TEST_F(own_groups, of_a_killed_server_are_removed_by_the_next_one) {
  const auto child = ::fork();
  if (child == 0) {
    cgroup_tree tree{found_, name_};
    (void)tree.make("left", {0, 5, 0, 0});
    ::_exit(0); // no destructor
  }
  ::waitpid(child, nullptr, 0);
  cgroup_tree tree{found_, name_};
  if (tree.means().pids.empty())
    GTEST_SKIP() << "no cgroup with pids may be written here";
  tree.remove_leftovers();
  for (const auto& [controller, own] : found_.v1)
    EXPECT_FALSE(fs::exists(own + "/" + name_ + "/left")) << controller;
}

} // namespace
} // namespace strata
