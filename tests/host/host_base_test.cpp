// SPDX-License-Identifier: MIT
// The skeleton that is made from this very host.
#include "isolation/filtered_etc.hpp"
#include "isolation/harmless_copy.hpp"
#include "isolation/host_base.hpp"
#include "tests/host/live_host.hpp"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class skeleton_of_this_host : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_EQ(0, ::mkdir(directory_.session_root().c_str(), 0700));
    auto made = make_host_base({directory_.session_root(), is_root(), false, {}});
    ASSERT_TRUE(made) << made.error().message;
    base_ = std::move(*made);
  }
  fs::path root() const { return directory_.path() / "sessions/base/root"; }

  own_directory directory_;
  base base_;
};

TEST_F(skeleton_of_this_host, holds_only_what_is_expected) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator{root()})
    if (const auto name = entry.path().filename().native(); !name.starts_with("lib"))
      names.insert(name);
  EXPECT_EQ((std::set<std::string>{"bin", "dev", "etc", "home", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv",
                                   "sys", "tmp", "usr", "var"}),
            names);
  for (const auto* name :
       {"usr", "home", "root", "opt", "srv", "run", "tmp", "proc", "etc/init.d", "etc/profile.d", "var/log/apt", "var/lib/apt"})
    EXPECT_TRUE(fs::is_empty(root() / name)) << name;
  for (const auto* name :
       {"etc/ssh", "etc/ssl/private", "etc/shadow-", "etc/machine-id", "etc/sudoers", "etc/fstab", "etc/gitconfig", "etc/npmrc",
        "etc/pip.conf", "etc/maven/settings.xml", "etc/security/opasswd", "etc/systemd"})
    EXPECT_FALSE(fs::exists(root() / name)) << name;
}

TEST_F(skeleton_of_this_host, holds_nothing_that_the_host_keeps_from_others) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator{root()}) {
    struct stat copy {};
    ASSERT_EQ(0, ::lstat(entry.path().c_str(), &copy));
    EXPECT_EQ(0U, copy.st_mode & (S_ISUID | S_ISGID)) << entry.path();
    if (!S_ISREG(copy.st_mode))
      continue;
    ++files;
    std::ifstream file{entry.path()};
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(looks_secret(text.str())) << entry.path();
    const auto name = fs::relative(entry.path(), root());
    struct stat original {};
    if (name != "etc/shadow" && name != "etc/gshadow" && ::lstat((fs::path{"/"} / name).c_str(), &original) == 0) {
      EXPECT_NE(0U, original.st_mode & S_IROTH) << entry.path();
    }
  }
  EXPECT_LT(10U, files);
}

TEST_F(skeleton_of_this_host, lies_below_trees_that_are_never_the_root) {
  ASSERT_LE(2U, base_.layers.size());
  EXPECT_EQ(root(), base_.layers[0].source);
  EXPECT_EQ("", base_.layers[0].target);
  EXPECT_EQ(is_root(), base_.shift);
  for (const auto& layer : base_.layers) {
    EXPECT_NE("/", layer.source);
    if (!layer.target.starts_with("usr/")) {
      EXPECT_TRUE(fs::is_directory(root() / layer.target)) << layer.target;
    }
  }
}

TEST(host_base, refuses_a_session_root_that_sessions_would_see) {
  const auto made = make_host_base({"/usr/local/strata", true, false, {}});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("it lies in /usr, which every session sees"));
}

TEST(host_base, tells_of_mounts_that_sessions_do_not_see) {
  if (!is_root())
    GTEST_SKIP() << "needs a mount below /usr";
  // In a mount namespace of its own: nothing on this host changes.
  const auto program = libexec_directory().value() + "/host_test";
  EXPECT_EQ(0,
            on_host(fmt::format(
              "unshare --mount --propagation private sh -c \"mount -t tmpfs tmpfs /usr/games && STRATA_TEST_MOUNT=/usr/games {} "
              "--gtest_filter=host_base.in_a_mount_namespace\" >/dev/null",
              program)));
}

TEST(host_base, in_a_mount_namespace) {
  const char* mount = ::getenv("STRATA_TEST_MOUNT");
  if (mount == nullptr)
    GTEST_SKIP() << "run by tells_of_mounts_that_sessions_do_not_see";
  const own_directory directory;
  ASSERT_EQ(0, ::mkdir(directory.session_root().c_str(), 0700));
  std::vector<std::string> problems;
  const auto made =
    make_host_base({directory.session_root(), true, false, [&](const std::string& text) { problems.push_back(text); }});
  ASSERT_TRUE(made);
  EXPECT_THAT(problems, testing::Contains(fmt::format("sessions see {} empty: it is a mount of its own", mount)));
}

} // namespace
} // namespace strata::test
