// SPDX-License-Identifier: MIT
#include "isolation/session_root.hpp"

#include "isolation/id_pool.hpp"
#include "isolation/ids_file.hpp"
#include "tests/storage/scratch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class opening : public testing::Test {
protected:
  fs::path root() const { return place.path() / "root"; }
  std::string refusal(const fs::path& path) {
    const auto before = open_descriptors();
    const auto opened = session_root::open(path.string());
    if (opened)
      return "opened";
    EXPECT_EQ(before, open_descriptors());
    EXPECT_THAT(opened.error().message, testing::StartsWith("session root " + path.string() + ": "));
    return opened.error().message.substr(("session root " + path.string() + ": ").size());
  }
  static mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(0, ::lstat(path.c_str(), &status)) << path;
    return status.st_mode & 07777;
  }

  scratch place;
};

/// Another umask for a while.
class with_umask {
public:
  explicit with_umask(mode_t mask) : before_{::umask(mask)} {}
  with_umask(const with_umask&) = delete;
  with_umask& operator=(const with_umask&) = delete;
  ~with_umask() { ::umask(before_); }

private:
  mode_t before_;
};

TEST_F(opening, makes_root_and_missing_parents) {
  const with_umask none{0};
  const auto path = place.path() / "a/b/root";
  {
    const auto root = session_root::open(path.string());
    ASSERT_TRUE(root) << root.error().message;
    EXPECT_EQ(path.string(), root->path());
    EXPECT_EQ(path.string() + "/base", root->base_path());
    EXPECT_EQ(0755U, mode_of(place.path() / "a"));
    EXPECT_EQ(0755U, mode_of(place.path() / "a/b"));
    for (const auto* part : {"", "sessions", "trash"})
      EXPECT_EQ(0700U, mode_of(path / part)) << part;
    EXPECT_EQ(0600U, mode_of(path / ".lock"));
  }
  EXPECT_EQ("opened", refusal(path)) << "a second time";
}

TEST_F(opening, needs_an_absolute_plain_path) {
  EXPECT_EQ("not an absolute path", refusal("relative/root"));
  EXPECT_EQ("not an absolute path", refusal(""));
  EXPECT_EQ("has a \"..\"", refusal(place.path() / "a/../root"));
  EXPECT_EQ("is the root of all files", refusal("/"));
  EXPECT_EQ("is the root of all files", refusal("//./"));
  EXPECT_EQ("opened", refusal(place.path() / "./a//root/"));
}

TEST_F(opening, refuses_links) {
  fs::create_directory(place.path() / "real");
  fs::create_directory_symlink("real", place.path() / "link");
  fs::permissions(place.path() / "real", fs::perms::owner_all);
  const auto expected = fmt::format("{}/link is a symbolic link (give the path that it leads to)", place.path().string());
  EXPECT_EQ(expected, refusal(place.path() / "link"));
  EXPECT_EQ(expected, refusal(place.path() / "link/root"));
  EXPECT_TRUE(fs::is_empty(place.path() / "real"));
}

TEST_F(opening, refuses_what_is_no_directory) {
  place.write("file");
  EXPECT_EQ(place.path().string() + "/file is not a directory", refusal(place.path() / "file"));
  EXPECT_EQ(place.path().string() + "/file is not a directory", refusal(place.path() / "file/root"));
}

TEST_F(opening, refuses_a_mode_that_lets_others_in) {
  for (const mode_t mode : {0701, 0710, 0704, 0755, 0777, 01777}) {
    fs::create_directory(root());
    ASSERT_EQ(0, ::chmod(root().c_str(), mode));
    EXPECT_EQ(fmt::format("its mode {:04o} lets others in (chmod 700 {})", mode, root().string()), refusal(root()));
    fs::remove(root());
  }
}

TEST_F(opening, refuses_a_root_of_someone_else) {
  if (::geteuid() != 0) {
    EXPECT_EQ(fmt::format("belongs to user 0, not to user {}", ::geteuid()), refusal("/usr"));
    return;
  }
  fs::create_directory(root());
  ASSERT_EQ(0, ::chmod(root().c_str(), 0700));
  ASSERT_EQ(0, ::chown(root().c_str(), 12345, 12345));
  EXPECT_EQ("belongs to user 12345, not to user 0", refusal(root()));
}

TEST_F(opening, refuses_parents_that_others_can_change) {
  fs::create_directory(place.path() / "open");
  for (const mode_t mode : {0777, 0775, 0722}) {
    ASSERT_EQ(0, ::chmod((place.path() / "open").c_str(), mode));
    EXPECT_THAT(refusal(place.path() / "open/root"), AllOf(HasSubstr("others can write to"), HasSubstr("(chmod go-w ")));
    EXPECT_THAT(refusal(place.path() / "open/a/b/root"), HasSubstr("others can write to"));
  }
  EXPECT_TRUE(fs::is_empty(place.path() / "open"));
  ASSERT_EQ(0, ::chmod((place.path() / "open").c_str(), 01777));
  EXPECT_EQ("opened", refusal(place.path() / "open/root")) << "sticky, and the next step is ours";
}

TEST_F(opening, refuses_a_parent_of_someone_else) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can give a directory away";
  fs::create_directories(place.path() / "sticky/theirs/root");
  ASSERT_EQ(0, ::chmod((place.path() / "sticky").c_str(), 01777));
  ASSERT_EQ(0, ::chown((place.path() / "sticky/theirs").c_str(), 12345, 12345));
  EXPECT_THAT(refusal(place.path() / "sticky/theirs/root"),
              HasSubstr("theirs belongs to user 12345, in a directory that others can write to"));
  ASSERT_EQ(0, ::chmod((place.path() / "sticky").c_str(), 0755));
  EXPECT_THAT(refusal(place.path() / "sticky/theirs/root"),
              HasSubstr("theirs belongs to user 12345, who could replace what is in it"));
}

TEST_F(opening, refuses_a_directory_that_holds_other_things) {
  fs::create_directories(root() / "trash");
  ASSERT_EQ(0, ::chmod(root().c_str(), 0700));
  place.write("root/trash/precious");
  EXPECT_EQ("not empty and never used by strata (give an empty directory)", refusal(root()));
  EXPECT_TRUE(fs::exists(root() / "trash/precious"));
}

TEST_F(opening, refuses_a_root_whose_parts_are_links) {
  ASSERT_EQ("opened", refusal(root()));
  const canary bird;
  for (const auto* part : {"sessions", "trash"}) {
    fs::remove(root() / part);
    fs::create_directory_symlink(bird.path(), root() / part);
    EXPECT_THAT(refusal(root()), HasSubstr(fmt::format("open {}: not a directory", part)));
    fs::remove(root() / part);
    ASSERT_EQ("opened", refusal(root()));
  }
  fs::remove(root() / ".lock");
  fs::create_symlink(bird.path() / "file", root() / ".lock");
  EXPECT_THAT(refusal(root()), HasSubstr("open .lock: too many levels of symbolic links"));
  bird.expect_untouched();
}

TEST_F(opening, is_refused_while_another_server_has_it) {
  {
    const auto first = session_root::open(root().string());
    ASSERT_TRUE(first);
    EXPECT_EQ(fmt::format("in use by another server (process {})", ::getpid()), refusal(root()));
    EXPECT_EQ("opened", refusal(place.path() / "other"));
  }
  EXPECT_EQ("opened", refusal(root()));
}

class directories : public opening {
protected:
  session_root opened = session_root::open(root().string()).value();
  const std::string name = session_directory_name("alice", "build", "u1");
};

TEST_F(directories, are_made_once_and_found_again) {
  const with_umask strict{077};
  const auto made = opened.make(name);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(name, made->name);
  EXPECT_EQ(0700U, mode_of(root() / "sessions" / name));
  EXPECT_EQ(0777U, mode_of(root() / "sessions" / name / "files"));
  EXPECT_EQ(O_PATH, ::fcntl(made->directory.get(), F_GETFL) & O_PATH);
  EXPECT_EQ(O_PATH, ::fcntl(made->files.get(), F_GETFL) & O_PATH);
  ASSERT_FALSE(opened.make(name));
  EXPECT_EQ("make session directory " + name + ": file exists", opened.make(name).error().message);
  const auto found = opened.open_session(name);
  ASSERT_TRUE(found);
  struct stat one {};
  struct stat other {};
  ASSERT_EQ(0, ::fstat(made->files.get(), &one));
  ASSERT_EQ(0, ::fstat(found->files.get(), &other));
  EXPECT_EQ(one.st_ino, other.st_ino);
  EXPECT_FALSE(opened.open_session(session_directory_name("alice", "build", "u2")));
}

TEST_F(directories, are_listed) {
  EXPECT_THAT(opened.list().value(), testing::IsEmpty());
  const auto other = session_directory_name("bob", "build", "u2");
  ASSERT_TRUE(opened.make(name));
  ASSERT_TRUE(opened.make(other));
  place.write("root/sessions/Note");
  EXPECT_THAT(opened.list().value(), UnorderedElementsAre(name, other));
}

TEST_F(directories, that_were_only_begun_are_completed) {
  ASSERT_EQ(0, ::mkdir((root() / "sessions" / name).c_str(), 0700));
  const auto found = opened.open_session(name);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(0777U, mode_of(root() / "sessions" / name / "files"));
}

TEST_F(directories, keep_whose_ids_they_have) {
  const auto made = opened.make(name).value();
  const int directory = made.directory.get();
  EXPECT_FALSE(read_ids(directory).value().has_value());
  for (const auto kind : {id_map_kind::range, id_map_kind::subid_range, id_map_kind::single}) {
    ASSERT_TRUE(write_ids(directory, {kind, {4294900000U, 65536}, false}));
    const auto ids = read_ids(directory).value();
    ASSERT_TRUE(ids);
    EXPECT_EQ(kind, ids->kind);
    EXPECT_EQ((id_range{4294900000U, 65536}), ids->range);
    EXPECT_TRUE(ids->shared);
  }
  EXPECT_EQ(0600U, mode_of(root() / "sessions" / name / "ids"));
}

TEST_F(directories, with_a_damaged_note_of_ids_are_told) {
  const auto made = opened.make(name).value();
  const std::string file = "root/sessions/" + name + "/ids";
  for (const auto* text : {"", "range", "range 1", "range 1 2", "range 1 2\n3", "range -1 2\n", "range 4294967296 2\n",
                           "range 1 0\n", "rang 1 2\n", " range 1 2\n", "range  1 2\n"}) {
    place.write(file, text);
    EXPECT_FALSE(read_ids(made.directory.get())) << text;
  }
  place.write(file, "range 1 " + std::string(100'000, '2') + "\n");
  EXPECT_FALSE(read_ids(made.directory.get()));
  fs::remove(place.path() / file);
  fs::create_symlink("/etc/hostname", place.path() / file);
  EXPECT_FALSE(read_ids(made.directory.get()));
  fs::remove(place.path() / file);
  ASSERT_EQ(0, ::mkfifo((place.path() / file).c_str(), 0600));
  EXPECT_FALSE(read_ids(made.directory.get())) << "and does not wait";
}

} // namespace
} // namespace strata::test
