// SPDX-License-Identifier: MIT
// Nothing that a session can leave in its tree makes the removal touch anything outside.
#include "isolation/removal.hpp"

#include "isolation/id_pool.hpp"
#include "isolation/session_root.hpp"
#include "isolation/trash.hpp"
#include "tests/storage/scratch.hpp"

#include <atomic>
#include <fcntl.h>
#include <fmt/format.h>
#include <future>
#include <gmock/gmock.h>
#include <stdio.h> // renameat2(2)
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class removal_attack : public testing::Test {
protected:
  std::string remove(const std::string& name) {
    // Opened anew: a descriptor from another mount namespace would not see this one's mounts.
    const unique_fd parent{::open(place.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    const auto removed = remove_tree(parent.get(), name);
    return removed ? "" : removed.error().message;
  }
  bool exists(const std::string& name) { return fs::exists(fs::symlink_status(place.path() / name)); }

  void TearDown() override { bird.expect_untouched(); }

  canary bird;
  scratch place;
};

TEST_F(removal_attack, links_to_the_outside) {
  fs::create_directories(place.path() / "t/deep/er");
  for (const std::string at : {"t/", "t/deep/", "t/deep/er/"}) {
    fs::create_directory_symlink(bird.path(), place.path() / (at + "dir"));
    fs::create_symlink(bird.path() / "file", place.path() / (at + "file"));
    fs::create_symlink("../../../../../../../../../.." + bird.path().string(), place.path() / (at + "relative"));
    fs::create_symlink("/proc/self/root" + bird.path().string(), place.path() / (at + "magic"));
  }
  fs::create_directory_symlink(bird.path(), place.path() / "top");
  EXPECT_EQ("", remove("t"));
  EXPECT_EQ("", remove("top"));
  EXPECT_FALSE(exists("t"));
  EXPECT_FALSE(exists("top"));
}

TEST_F(removal_attack, hard_link_to_the_outside) {
  fs::create_directory(place.path() / "t");
  fs::create_hard_link(bird.path() / "file", place.path() / "t/file");
  EXPECT_EQ("", remove("t"));
  EXPECT_FALSE(exists("t"));
}

TEST_F(removal_attack, names_that_lead_up) {
  fs::create_directories(place.path() / "a/b/t");
  place.write("a/file");
  const unique_fd parent{::open((place.path() / "a/b").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  const auto up = fmt::format("../../../{}", bird.path().filename().string());
  for (const auto& name :
       {up, "t/../" + up, bird.path().string(), std::string{".."}, std::string{"../.."}, std::string{"."}, std::string{"t/.."}}) {
    const auto removed = remove_tree(parent.get(), name);
    ASSERT_FALSE(removed) << name;
    EXPECT_THAT(removed.error().message, HasSubstr("invalid argument"));
  }
  EXPECT_TRUE(exists("a/b/t"));
  EXPECT_TRUE(exists("a/file"));
}

TEST_F(removal_attack, mounts_in_the_tree) {
  fs::create_directories(place.path() / "t/a/b/directory");
  fs::create_directories(place.path() / "t/other/sub");
  place.write("t/a/b/file");
  place.write("t/a/b/sibling");
  place.write("t/other/sub/file");
  std::string why;
  const auto body = [&] {
    const auto tree = place.path() / "t";
    ASSERT_EQ(0, ::mount(bird.path().c_str(), (tree / "a/b/directory").c_str(), nullptr, MS_BIND, nullptr));
    ASSERT_EQ(0, ::mount((bird.path() / "file").c_str(), (tree / "a/b/file").c_str(), nullptr, MS_BIND, nullptr));
    const auto text = remove("t");
    EXPECT_THAT(text, testing::MatchesRegex(
                        "remove t/a/b/(directory|file): a file system is mounted there \\(umount it\\) \\(and 1 more\\)"));
    EXPECT_TRUE(exists("t/a/b/directory/dir/inner/file"));
    EXPECT_TRUE(exists("t/a/b/file"));
    EXPECT_FALSE(exists("t/a/b/sibling"));
    EXPECT_FALSE(exists("t/other"));
    ASSERT_EQ(0, ::mount(bird.path().c_str(), tree.c_str(), nullptr, MS_BIND, nullptr));
    EXPECT_EQ("remove t: a file system is mounted there (umount it)", remove("t"));
  };
  if (!with_mounts(body, why))
    GTEST_SKIP() << why;
  EXPECT_TRUE(exists("t/a/b/directory")) << "the tree above a mount stays";
  EXPECT_EQ("", mounts_below(place.path()));
  EXPECT_EQ("", remove("t"));
}

TEST_F(removal_attack, mount_in_the_depth) {
  std::string deep = "t";
  for (int i = 0; i < 80; ++i)
    deep += "/d";
  fs::create_directories(place.path() / deep);
  std::string why;
  const auto body = [&] {
    ASSERT_EQ(0, ::mount(bird.path().c_str(), (place.path() / deep).c_str(), nullptr, MS_BIND, nullptr));
    EXPECT_THAT(remove("t"), testing::AllOf(HasSubstr("remove t/.strata-deep-"), HasSubstr("mounted there")));
    EXPECT_THAT(mounts_below(place.path()), HasSubstr(".strata-deep-")) << "it has moved with its tree";
  };
  if (!with_mounts(body, why))
    GTEST_SKIP() << why;
  EXPECT_EQ("", remove("t"));
  EXPECT_FALSE(exists("t"));
}

/// Exchanges a directory and a link to the canary, again and again, while the tree is being removed.
void swap(int tree, std::atomic<bool>& stop, std::atomic<long>& swaps) {
  for (int i = 0; i < 2'000'000 && !stop; ++i)
    for (const auto* at : {"0", "1", "2", "3", "in/0", "in/1"})
      if (::renameat2(tree, at, tree, (at + std::string{".link"}).c_str(), RENAME_EXCHANGE) == 0)
        ++swaps;
}

TEST_F(removal_attack, directories_that_become_links_meanwhile) {
  std::atomic<long> swaps = 0;
  for (int round = 0; round < 150; ++round) {
    for (const std::string at : {"0", "1", "2", "3", "in/0", "in/1"}) {
      // The same names as behind the link, so that a mistaken step would find them there.
      fs::create_directories(place.path() / "t" / at / "dir/inner");
      place.write("t/" + at + "/file");
      place.write("t/" + at + "/dir/inner/file");
      fs::create_directory_symlink(bird.path(), place.path() / "t" / (at + ".link"));
    }
    const unique_fd tree{::open((place.path() / "t").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    std::atomic<bool> stop = false;
    std::atomic<long> now = 0;
    std::thread racer{[&] { swap(tree.get(), stop, now); }};
    for (int spin = 0; now == 0 && spin < 10'000'000; ++spin)
      std::this_thread::yield();
    remove(std::string{"t"}); // what moved away under its hands may be left
    stop = true;
    racer.join();
    swaps += now;
    EXPECT_EQ("", remove("t"));
    ASSERT_FALSE(exists("t"));
    if (round % 10 == 0)
      bird.expect_untouched();
  }
  EXPECT_GT(swaps, 150) << "the race did not take place";
}

TEST_F(removal_attack, tree_that_becomes_a_link_before_it_is_discarded) {
  const auto root = session_root::open((place.path() / "root").string()).value();
  auto session = root.make(session_directory_name("../x", "..", "u")).value();
  ASSERT_TRUE(fs::remove_all(place.path() / "root/sessions" / session.name) > 0);
  fs::create_directory_symlink(bird.path(), place.path() / "root/sessions" / session.name);
  EXPECT_FALSE(root.open_session(session.name));
  std::promise<void> gone;
  {
    trash bin{root, "", {}};
    bin.discard(std::move(session), {}, [&] { gone.set_value(); });
    EXPECT_EQ(std::future_status::ready, gone.get_future().wait_for(std::chrono::seconds{30}));
  }
  EXPECT_TRUE(fs::is_empty(place.path() / "root/trash"));
}

TEST_F(removal_attack, session_directories_that_lead_up) {
  const auto root = session_root::open((place.path() / "root").string()).value();
  const auto up = fmt::format("../../../{}", bird.path().filename().string());
  for (const auto& name :
       {up, std::string{".."}, std::string{"."}, std::string{}, std::string{"s-/../.."}, bird.path().string()}) {
    EXPECT_FALSE(root.make(name)) << name;
    EXPECT_FALSE(root.open_session(name)) << name;
    std::promise<std::string> told;
    trash bin{root, "", [&](const std::string& problem) { told.set_value(problem); }};
    session_directory forged;
    forged.name = name;
    bin.discard(std::move(forged), {}, [] { ADD_FAILURE() << "discarded"; });
    EXPECT_EQ("discard session directory: not the name of one", told.get_future().get());
  }
  EXPECT_TRUE(fs::is_empty(place.path() / "root/trash"));
}

} // namespace
} // namespace strata::test
