// SPDX-License-Identifier: MIT
// What strata-files does with directories and their entries.
#include "tests/files/file_worker.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <thread>

using namespace strata;
using namespace strata::test;
using wire::files_message;
namespace fs = std::filesystem;

namespace {

using names = std::vector<std::string>;

names paths_of(const wire::files_page& page) {
  names paths;
  for (const auto& each : page.entries)
    paths.push_back(each.path);
  return paths;
}

/// All pages of so many entries.
names list_by(worker_alone& worker, wire::files_list asked, std::uint32_t limit) {
  asked.limit = limit;
  names all;
  for (bool more = true; more;) {
    const auto page = worker.call(files_message::list, asked).page;
    EXPECT_LE(page.entries.size(), limit);
    const auto paths = paths_of(page);
    all.insert(all.end(), paths.begin(), paths.end());
    more = page.more;
    asked.after = paths.empty() ? "" : paths.back();
  }
  return all;
}

wire::files_list listing(const std::string& path, std::uint32_t depth = 1) {
  wire::files_list asked;
  asked.path = path;
  asked.depth = depth;
  asked.limit = wire::max_page_entries;
  return asked;
}

/// a/b/file, a/link → b, a.d/, .hidden
void make_tree(const scratch_directory& in) {
  fs::create_directories(in / "a/b");
  fs::create_directories(in / "a.d");
  fill(in / "a/b/file", "content");
  fill(in / ".hidden", "");
  fs::create_symlink("b", in / "a/link");
}

} // namespace

TEST(file_list, is_in_order_and_follows_no_link) {
  scratch_directory in;
  make_tree(in);
  worker_alone worker;
  const auto top = worker.call(files_message::list, listing(in.path));
  EXPECT_EQ(paths_of(top.page), (names{".hidden", "a", "a.d"}));
  EXPECT_EQ(top.page.entries[1].type, wire::file_type::directory);
  const auto deep = worker.call(files_message::list, listing(in.path, 9)).page;
  EXPECT_EQ(paths_of(deep), (names{".hidden", "a", "a/b", "a/b/file", "a/link", "a.d"}));
  EXPECT_EQ(deep.entries[4].type, wire::file_type::symlink);
  EXPECT_EQ(deep.entries[4].target, "b");
  EXPECT_EQ(deep.entries[3].size, 7);
  auto visible = listing(in.path);
  visible.hidden = false;
  EXPECT_EQ(paths_of(worker.call(files_message::list, visible).page), (names{"a", "a.d"}));
  EXPECT_TRUE(worker.call(files_message::list, listing(in / "a/b/file")).failed(ENOTDIR));
  EXPECT_TRUE(worker.call(files_message::list, listing(in / "none")).failed(ENOENT));
}

TEST(file_list, comes_in_pages_that_miss_nothing) {
  scratch_directory in;
  make_tree(in);
  for (int i = 0; i < 700; ++i)
    fill(in / ("a/b/" + std::to_string(i)), "");
  worker_alone worker;
  const auto whole = list_by(worker, listing(in.path, 9), wire::max_page_entries);
  EXPECT_EQ(whole.size(), 706U);
  for (const std::uint32_t limit : {1U, 2U, 3U, 100U, 255U, 256U, 257U})
    EXPECT_EQ(list_by(worker, listing(in.path, 9), limit), whole) << limit;
}

TEST(file_stat, tells_the_entry_or_what_it_leads_to) {
  scratch_directory in;
  make_tree(in);
  worker_alone worker;
  EXPECT_EQ(worker.call(files_message::stat, wire::files_stat{in / "a/link"}).info.type, wire::file_type::directory);
  const auto link = worker.call(files_message::stat, wire::files_stat{in / "a/link", false}).info;
  EXPECT_EQ(link.type, wire::file_type::symlink);
  EXPECT_EQ(link.target, "b");
  EXPECT_TRUE(worker.call(files_message::stat, wire::files_stat{in / "none"}).failed(ENOENT));
  EXPECT_EQ(worker.call(files_message::stat, wire::files_stat{"/"}).info.type, wire::file_type::directory);
}

TEST(file_mkdir, makes_one_or_all_that_are_missing) {
  scratch_directory in;
  worker_alone worker;
  const auto make = [&](const std::string& path, bool parents, int mode = -1) {
    return worker.call(files_message::make_directory, wire::files_make_directory{path, mode, parents});
  };
  EXPECT_TRUE(make(in / "a/b", false).failed(ENOENT));
  EXPECT_TRUE(make(in / "a/b", true).info.created);
  EXPECT_TRUE(make(in / "a", false).failed(EEXIST));
  EXPECT_FALSE(make(in / "a", true).info.created);
  EXPECT_EQ(make(in / "shared", false, 01777).info.mode, 01777U);
  fill(in / "file", "");
  EXPECT_TRUE(make(in / "file", true).failed(EEXIST));
  EXPECT_TRUE(make("/", false).failed(EEXIST));
}

TEST(file_move, keeps_what_is_there_unless_told) {
  scratch_directory in;
  make_tree(in);
  worker_alone worker;
  const auto move = [&](const std::string& from, const std::string& to, bool overwrite = false) {
    return worker.call(files_message::move, wire::files_transfer{in / from, in / to, overwrite});
  };
  EXPECT_TRUE(move("a/b/file", "moved").is(files_message::info));
  EXPECT_EQ(content_of(in / "moved"), "content");
  EXPECT_TRUE(move("moved", ".hidden").failed(EEXIST));
  EXPECT_TRUE(move("moved", ".hidden", true).is(files_message::info));
  EXPECT_EQ(content_of(in / ".hidden"), "content");
  EXPECT_TRUE(move("a", "a/b/c").refused(wire::file_problem::into_itself));
  EXPECT_TRUE(move("none", "x").failed(ENOENT));
  EXPECT_TRUE(move("a/link", "link").is(files_message::info));
  EXPECT_TRUE(fs::is_symlink(in / "link"));
}

TEST(file_copy, is_a_tree_of_its_own) {
  scratch_directory in;
  make_tree(in);
  ::chmod((in / "a/b/file").c_str(), 0750);
  ::chmod((in / "a/b").c_str(), 0500);
  worker_alone worker;
  const auto copy = [&](const std::string& from, const std::string& to, bool overwrite = false) {
    return worker.call(files_message::copy, wire::files_transfer{in / from, in / to, overwrite});
  };
  EXPECT_TRUE(copy("a", "c").is(files_message::info));
  EXPECT_EQ(content_of(in / "c/b/file"), "content");
  EXPECT_EQ(fs::read_symlink(in / "c/link"), "b");
  EXPECT_EQ(fs::status(in / "c/b").permissions(), fs::perms{0500});
  EXPECT_EQ(fs::status(in / "c/b/file").permissions(), fs::perms{0750});
  EXPECT_EQ(fs::last_write_time(in / "c/b/file"), fs::last_write_time(in / "a/b/file"));
  EXPECT_TRUE(copy("a", "c").failed(EEXIST));
  EXPECT_TRUE(copy("a", "c", true).failed(EISDIR));
  EXPECT_TRUE(copy("a", "a/b/a").refused(wire::file_problem::into_itself));
  EXPECT_TRUE(copy("a", "a/a").refused(wire::file_problem::into_itself));
  EXPECT_TRUE(copy("a/b/file", ".hidden", true).is(files_message::info));
  EXPECT_EQ(content_of(in / ".hidden"), "content");
  EXPECT_EQ(names_in(in.path), (names{".hidden", "a", "a.d", "c"}));
  for (const auto* each : {"a/b", "c/b"})
    ::chmod((in / each).c_str(), 0700);
}

TEST(file_remove, takes_a_tree_only_when_told) {
  scratch_directory in;
  make_tree(in);
  fs::create_symlink(in / "a", in / "link");
  worker_alone worker;
  const auto remove = [&](const std::string& path, bool recursive = false) {
    return worker.call(files_message::remove, wire::files_remove{path, recursive});
  };
  EXPECT_TRUE(remove(in / "a").failed(ENOTEMPTY));
  EXPECT_TRUE(remove(in / "link", true).is(files_message::done)); // the link, not what it leads to
  EXPECT_EQ(content_of(in / "a/b/file"), "content");
  EXPECT_TRUE(remove(in / "a", true).is(files_message::done));
  EXPECT_TRUE(remove(in / "a.d").is(files_message::done));
  EXPECT_TRUE(remove(in / "a").failed(ENOENT));
  EXPECT_TRUE(remove("/", true).failed(EBUSY));
  EXPECT_TRUE(remove(in / ".hidden/..", true).failed(ENOTDIR));
  EXPECT_EQ(names_in(in.path), (names{".hidden"}));
}

TEST(file_attributes, are_set_by_what_is_given) {
  scratch_directory in;
  fill(in / "one", "x");
  worker_alone worker;
  wire::files_set_attributes asked;
  asked.path = in / "one";
  asked.mode = 0705;
  asked.sets_mtime = true;
  asked.mtime_ns = 1'500'000'000'123'456'789;
  const auto changed = worker.call(files_message::set_attributes, asked).info;
  EXPECT_EQ(changed.mode, 0705U);
  EXPECT_EQ(changed.mtime_ns, asked.mtime_ns);
  asked = {asked.path};
  asked.owner = "no-such-user";
  EXPECT_TRUE(worker.call(files_message::set_attributes, asked).refused(wire::file_problem::user_not_found));
  asked.owner = std::to_string(::geteuid()) + ":" + std::to_string(::getegid());
  EXPECT_EQ(worker.call(files_message::set_attributes, asked).info.uid, ::geteuid());
  if (::geteuid() == 0) {
    asked.owner = "1234:2345";
    const auto given = worker.call(files_message::set_attributes, asked).info;
    EXPECT_EQ(given.uid, 1234U);
    EXPECT_EQ(given.gid, 2345U);
    EXPECT_TRUE(worker.write({.path = in / "one"}, "new").is(files_message::info)); // it stays theirs
    EXPECT_EQ(worker.call(files_message::stat, wire::files_stat{in / "one"}).info.uid, 1234U);
  }
}

TEST(file_link, is_made_and_replaced) {
  scratch_directory in;
  worker_alone worker;
  const auto link = [&](const std::string& target, bool overwrite = false) {
    return worker.call(files_message::make_link, wire::files_make_link{in / "link", target, overwrite});
  };
  EXPECT_TRUE(link("any where").info.created);
  EXPECT_TRUE(link("other").failed(EEXIST));
  EXPECT_FALSE(link("other", true).info.created);
  EXPECT_EQ(fs::read_symlink(in / "link"), "other");
  EXPECT_EQ(names_in(in.path), (names{"link"}));
  EXPECT_TRUE(
    worker.call(files_message::make_link, wire::files_make_link{in / "x", "", false}).refused(wire::file_problem::malformed));
}

/// While a directory is swapped for a link to another place and back, no walk may go there.
TEST(file_walks, are_not_led_away_by_a_link_that_takes_a_directorys_place) {
  scratch_directory in;
  fs::create_directories(in / "precious/below");
  fill(in / "precious/secret", "keep");
  fill(in / "precious/below/secret", "keep");
  std::error_code ignored; // the two change places all the time
  const auto make = [&] {
    fs::create_directories(in / "tree/swapped/below", ignored);
    for (int i = 0; i < 50; ++i)
      fill(in / ("tree/swapped/below/" + std::to_string(i)), "x");
    fs::remove_all(in / "link", ignored);
    fs::create_symlink(in / "precious", in / "link", ignored);
  };
  make();
  std::atomic<bool> stop{false};
  std::thread swapper{[&] {
    while (!stop)
      ::renameat2(AT_FDCWD, (in / "tree/swapped").c_str(), AT_FDCWD, (in / "link").c_str(), RENAME_EXCHANGE);
  }};
  worker_alone worker;
  int led = 0; // how often the link was there
  for (int round = 0; round < 100; ++round) {
    for (const auto& entry : worker.call(files_message::list, listing(in / "tree", 9)).page.entries) {
      EXPECT_EQ(entry.path.find("secret"), entry.path.npos);
      led += entry.type == wire::file_type::symlink ? 1 : 0;
    }
    worker.call(files_message::copy, wire::files_transfer{in / "tree", in / "copy"});
    EXPECT_FALSE(!fs::is_symlink(in / "copy/swapped") && fs::exists(in / "copy/swapped/secret"));
    worker.call(files_message::remove, wire::files_remove{in / "copy", true});
    worker.call(files_message::remove, wire::files_remove{in / "tree", true});
    EXPECT_EQ(content_of(in / "precious/secret"), "keep");
    EXPECT_EQ(content_of(in / "precious/below/secret"), "keep");
    make();
  }
  stop = true;
  swapper.join();
  EXPECT_GT(led, 0);
}
