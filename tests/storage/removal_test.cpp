// SPDX-License-Identifier: MIT
#include "isolation/removal.hpp"

#include "tests/storage/scratch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string failure_of(const result<void>& removed) { return removed ? "" : removed.error().message; }

bool is_there(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

class removal : public testing::Test {
protected:
  void expect_removed(const std::string& name) {
    const auto before = open_descriptors();
    EXPECT_EQ("", failure_of(remove_tree(place.fd(), name)));
    EXPECT_FALSE(is_there(place.path() / name));
    EXPECT_EQ(before, open_descriptors());
  }

  scratch place;
};

/// Lowers the number of descriptors that this process may open.
class few_descriptors {
public:
  explicit few_descriptors(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{count, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  few_descriptors(const few_descriptors&) = delete;
  few_descriptors& operator=(const few_descriptors&) = delete;
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

/// A chain of directories with a file in each; every tenth has a side branch.
void make_chain(int parent, int depth) {
  unique_fd here{::openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  for (int i = 0; i < depth; ++i) {
    const unique_fd file{::openat(here.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    if (i % 10 == 0)
      ::mkdirat(here.get(), "side", 0);
    ASSERT_EQ(0, ::mkdirat(here.get(), "d", 0700)) << i;
    here.reset(::openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(here) << i;
  }
}

TEST_F(removal, of_nothing_is_a_success) { expect_removed("absent"); }

TEST_F(removal, takes_one_step_only) {
  fs::create_directories(place.path() / "a/dir");
  place.write("a/dir/file");
  const unique_fd parent{::open((place.path() / "a").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  const std::string with_nul{"dir\0x", 5};
  for (const auto& name :
       std::vector<std::string>{"", ".", "..", "dir/file", "dir/", "./dir", (place.path() / "a/dir").string(), with_nul})
    EXPECT_THAT(failure_of(remove_tree(parent.get(), name)), HasSubstr(": invalid argument")) << name;
  EXPECT_TRUE(is_there(place.path() / "a/dir/file"));
}

TEST_F(removal, takes_every_kind_of_file) {
  const auto tree = place.path() / "t";
  fs::create_directories(tree / "dir/inner");
  place.write("t/file");
  fs::create_hard_link(tree / "file", tree / "dir/hard");
  fs::create_symlink("/nonexistent", tree / "dangling");
  fs::create_directory_symlink("..", tree / "dir/up");
  ASSERT_EQ(0, ::mkfifo((tree / "fifo").c_str(), 0));
  const unique_fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{AF_UNIX, {}};
  (tree / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(0, ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  if (::geteuid() == 0) {
    ASSERT_EQ(0, ::mknod((tree / "whiteout").c_str(), S_IFCHR, 0));
  }
  expect_removed("t");
}

TEST_F(removal, takes_single_files_and_links) {
  place.write("file");
  fs::create_directory(place.path() / "target");
  place.write("target/file");
  fs::create_directory_symlink("target", place.path() / "link");
  expect_removed("file");
  expect_removed("link");
  EXPECT_TRUE(is_there(place.path() / "target/file"));
}

TEST_F(removal, takes_names_of_any_bytes) {
  fs::create_directory(place.path() / "t");
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == '/')
      continue;
    const auto name = place.path() / "t" / (std::string(1, static_cast<char>(byte)) + "..");
    fs::create_directory(name);
    place.write(fs::path{"t"} / name.filename() / "\n-rf *\xff");
  }
  place.write("t/" + std::string(255, 'n'));
  expect_removed("t");
}

TEST_F(removal, takes_directories_that_their_modes_lock) {
  for (const auto* dir : {"t/none/inner/none", "t/read_only/inner", "t/no_search/inner"})
    fs::create_directories(place.path() / dir);
  for (const auto* file : {"t/none/file", "t/none/inner/none/file", "t/read_only/inner/file", "t/no_search/inner/file"})
    place.write(file);
  for (const auto& [dir, mode] : std::vector<std::pair<const char*, mode_t>>{{"t/none/inner/none", 0},
                                                                             {"t/none", 0},
                                                                             {"t/read_only/inner", 0555},
                                                                             {"t/read_only", 0555},
                                                                             {"t/no_search", 0600},
                                                                             {"t", 0}})
    ASSERT_EQ(0, ::chmod((place.path() / dir).c_str(), mode)) << dir;
  expect_removed("t");
}

TEST_F(removal, needs_no_stack_and_no_descriptors_for_depth) {
  const scratch fast{fast_place()};
  for (const auto& [where, depth] : std::vector<std::pair<const scratch*, int>>{{&fast, 100'000}, {&place, 500}}) {
    fs::create_directory(where->path() / "t");
    const unique_fd top{::open((where->path() / "t").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    make_chain(top.get(), depth);
    const few_descriptors limit{static_cast<rlim_t>(open_descriptors() + 40)};
    EXPECT_EQ("", failure_of(remove_tree(where->fd(), "t")));
    EXPECT_FALSE(is_there(where->path() / "t"));
  }
}

TEST_F(removal, takes_locked_directories_in_the_depth) {
  fs::create_directory(place.path() / "t");
  unique_fd here{::open((place.path() / "t").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::vector<unique_fd> levels;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(0, ::mkdirat(here.get(), "d", 0700));
    levels.push_back(std::move(here));
    here.reset(::openat(levels.back().get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  for (auto level = levels.rbegin(); level != levels.rend(); ++level)
    ASSERT_EQ(0, ::fchmod(level->get(), 0));
  levels.clear();
  expect_removed("t");
}

TEST_F(removal, takes_a_hundred_thousand_files_of_one_directory) {
  const scratch fast{fast_place()};
  for (const auto* where : std::vector<const scratch*>{&fast, &place}) {
    fs::create_directory(where->path() / "t");
    const unique_fd top{::open((where->path() / "t").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; i < 100'000; ++i)
      ASSERT_EQ(0, ::mknodat(top.get(), std::to_string(i).c_str(), S_IFREG | 0600, 0));
    EXPECT_EQ("", failure_of(remove_tree(where->fd(), "t")));
    EXPECT_FALSE(is_there(where->path() / "t"));
  }
}

TEST_F(removal, takes_a_wide_and_deep_tree) {
  fs::create_directory(place.path() / "t");
  for (int branch = 0; branch < 5; ++branch) {
    const auto path = place.path() / "t" / std::to_string(branch);
    fs::create_directory(path);
    const unique_fd top{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    make_chain(top.get(), 100);
  }
  expect_removed("t");
}

TEST_F(removal, reports_what_it_could_not_take_and_goes_on) {
  const auto ids = ids_of_this_user();
  if (ids.kind != id_map_kind::subid_range)
    GTEST_SKIP() << "nothing resists root, and without subordinate ids a plain user can own nothing else; see the mounts in "
                    "removal_attack_test";
  fs::create_directories(place.path() / "t/a");
  fs::create_directory(place.path() / "t/z");
  place.write("t/a/file");
  place.write("t/z/file");
  ASSERT_EQ("", on_host(fmt::format("cd {}/t && mkdir m && touch m/file m/other && chown -R 1:1 m", place.path().string())));
  const auto removed = remove_tree(place.fd(), "t");
  ASSERT_FALSE(removed);
  EXPECT_THAT(removed.error().message, testing::MatchesRegex("remove t/m/(file|other): permission denied \\(and 1 more\\)"));
  EXPECT_TRUE(is_there(place.path() / "t/m/file"));
  EXPECT_FALSE(is_there(place.path() / "t/a"));
  EXPECT_FALSE(is_there(place.path() / "t/z"));
}

} // namespace
} // namespace strata::test
