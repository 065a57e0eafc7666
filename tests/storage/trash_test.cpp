// SPDX-License-Identifier: MIT
#include "isolation/trash.hpp"

#include "isolation/ids_file.hpp"
#include "tests/storage/scratch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto long_enough = 60s; ///< turns a hang into a failure

/// What a trash has reported, in order.
class problems {
public:
  std::function<void(const std::string&)> sink() {
    return [this](const std::string& text) {
      const std::lock_guard lock{mutex_};
      told_.push_back(text);
      changed_.notify_all();
    };
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, long_enough, [&] { return told_.size() >= count; });
    return told_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
};

class moment {
public:
  std::function<void()> sink() {
    return [this] { promise_.set_value(); };
  }
  bool comes() { return promise_.get_future().wait_for(long_enough) == std::future_status::ready; }

private:
  std::promise<void> promise_;
};

class discarding : public testing::Test {
protected:
  session_directory make_session(const std::string& uid, const id_lease& ids) {
    auto made = root->make(session_directory_name("alice", "build", uid)).value();
    fill_as_session(sessions() / made.name / "files", ids.map());
    return made;
  }
  fs::path sessions() const { return place.path() / "root/sessions"; }
  fs::path trashed() const { return place.path() / "root/trash"; }

  void TearDown() override { EXPECT_EQ(-1, ::waitpid(-1, nullptr, WNOHANG)) << "a child is left"; }

  scratch place;
  std::optional<session_root> root = session_root::open((place.path() / "root").string()).value();
  removal_tools tools = remover_of_this_build();
  id_pool pool = id_pool::open("auto").value();
};

TEST_F(discarding, leaves_not_a_byte) {
  problems told;
  moment gone;
  std::size_t in_use_at_end = 99;
  const auto before = open_descriptors();
  {
    trash bin{*root, tools.remover, told.sink()};
    auto lease = pool.take().value();
    auto session = make_session("u1", lease);
    const auto name = session.name;
    bin.discard(std::move(session), std::move(lease), [&, done = gone.sink()] {
      in_use_at_end = pool.in_use();
      EXPECT_TRUE(fs::is_empty(trashed()));
      done();
    });
    EXPECT_FALSE(fs::exists(sessions() / name)) << "it is out of the way at once";
    EXPECT_TRUE(gone.comes());
  }
  EXPECT_EQ(0U, in_use_at_end);
  EXPECT_THAT(told.wait_for(0), testing::IsEmpty());
  EXPECT_EQ(before, open_descriptors());
}

TEST_F(discarding, works_through_many) {
  std::vector<std::unique_ptr<moment>> ends;
  trash bin{*root, tools.remover, {}};
  for (int i = 0; i < 20; ++i) {
    ends.push_back(std::make_unique<moment>());
    auto lease = pool.take().value();
    auto session = make_session("u" + std::to_string(i), lease);
    bin.discard(std::move(session), std::move(lease), ends.back()->sink());
  }
  for (const auto& end : ends)
    EXPECT_TRUE(end->comes());
  EXPECT_TRUE(fs::is_empty(sessions()));
  EXPECT_TRUE(fs::is_empty(trashed()));
  EXPECT_EQ(0U, pool.in_use());
}

TEST_F(discarding, does_not_mind_a_name_that_is_taken_or_a_tree_that_is_gone) {
  trash bin{*root, tools.remover, {}};
  auto lease = pool.take().value();
  auto session = make_session("u1", lease);
  fs::create_directories(trashed() / session.name / "old");
  moment first;
  bin.discard(std::move(session), std::move(lease), first.sink());
  EXPECT_TRUE(first.comes());
  auto vanished = root->make(session_directory_name("alice", "build", "u2")).value();
  fs::remove_all(sessions() / vanished.name);
  moment second;
  bin.discard(std::move(vanished), pool.take().value(), second.sink());
  EXPECT_TRUE(second.comes());
  EXPECT_TRUE(fs::is_empty(sessions()));
}

/// A remover that fails until a file `go` is beside it.
std::string stubborn_remover(const scratch& place) {
  place.write(
    "remover",
    fmt::format(
      "#!/bin/sh\ntest -e {}/go || {{ echo \"remove $1: not today\" >&2; exit 1; }}\nexec rm -rf \"/proc/self/fd/3/$1\"\n",
      place.path().string()));
  fs::permissions(place.path() / "remover", fs::perms::owner_all);
  return (place.path() / "remover").string();
}

id_lease subordinate(id_pool& pool) { return pool.reserve({id_map_kind::subid_range, {100000, 65536}, true}); }

TEST_F(discarding, tries_again_what_could_not_be_deleted_and_tells_once) {
  auto two_ranges = id_pool::make("auto", 1000, "alice", {{"alice", {100000, 131072}}}, {{"alice", {100000, 131072}}}).value();
  problems told;
  moment gone;
  trash bin{*root, stubborn_remover(place), told.sink()};
  auto session = root->make(session_directory_name("alice", "build", "u1")).value();
  const auto name = session.name;
  bin.discard(std::move(session), subordinate(two_ranges), gone.sink());
  EXPECT_THAT(told.wait_for(1), testing::ElementsAre(fmt::format("remove {}: not today", name)));
  // What comes later is not held up.
  moment other;
  auto next = root->make(session_directory_name("alice", "build", "u2")).value();
  bin.discard(std::move(next), {}, other.sink());
  EXPECT_TRUE(other.comes());
  EXPECT_EQ(1U, two_ranges.in_use()) << "the ids are held as long as files have them";
  EXPECT_TRUE(fs::exists(trashed() / name));
  place.write("go");
  EXPECT_TRUE(gone.comes());
  EXPECT_EQ(0U, two_ranges.in_use());
  EXPECT_THAT(told.wait_for(0), testing::SizeIs(1));
}

TEST_F(discarding, leaves_the_rest_to_the_next_server_which_does_not_lend_its_ids) {
  auto lease = pool.take().value();
  const auto map = lease.map();
  auto session = make_session("u1", lease);
  const auto name = session.name;
  {
    problems told;
    // A server whose remover always fails, or that is killed before it comes to it.
    trash bin{*root, "/nonexistent/remover", told.sink()};
    if (map.kind == id_map_kind::subid_range) {
      bin.discard(std::move(session), std::move(lease), [] { ADD_FAILURE() << "deleted"; });
      EXPECT_THAT(told.wait_for(1)[0], HasSubstr("start remover /nonexistent/remover: no such file or directory"));
    } else {
      ASSERT_TRUE(write_ids(session.directory.get(), map));
      fs::rename(sessions() / name, trashed() / name);
    }
  }
  session = session_directory();
  lease = {};
  root.reset();
  root = session_root::open((place.path() / "root").string()).value();
  ASSERT_TRUE(fs::exists(trashed() / name / "ids"));

  place.write("root/trash/stray");
  problems told;
  moment after;
  trash bin{*root, tools.remover, told.sink()};
  auto fresh = id_pool::open("auto").value();
  // Its thread is kept busy, so that what is reserved can be seen.
  std::promise<void> resume;
  auto blocker = root->make(session_directory_name("alice", "build", "blocker")).value();
  bin.discard(std::move(blocker), {}, [&] { resume.get_future().wait(); });
  bin.sweep(fresh);
  EXPECT_EQ(map.kind == id_map_kind::range ? 1U : 0U, fresh.in_use());
  if (map.kind == id_map_kind::range) {
    EXPECT_NE(map.range, fresh.take().value().map().range);
  }
  resume.set_value();
  auto last = root->make(session_directory_name("alice", "build", "last")).value();
  bin.discard(std::move(last), {}, after.sink());
  EXPECT_TRUE(after.comes());
  EXPECT_TRUE(fs::is_empty(trashed()));
  EXPECT_EQ(0U, fresh.in_use());
  EXPECT_THAT(told.wait_for(0), testing::IsEmpty());
}

TEST_F(discarding, tells_of_a_damaged_note_of_ids_and_deletes_all_the_same) {
  fs::create_directories(trashed() / "s-old/files");
  place.write("root/trash/s-old/ids", "nonsense");
  problems told;
  trash bin{*root, tools.remover, told.sink()};
  bin.sweep(pool);
  EXPECT_THAT(told.wait_for(1), testing::ElementsAre("sweep s-old: read the file ids of a session: malformed"));
  moment after;
  bin.discard(root->make(session_directory_name("a", "b", "c")).value(), {}, after.sink());
  EXPECT_TRUE(after.comes());
  EXPECT_TRUE(fs::is_empty(trashed()));
}

TEST_F(discarding, notes_the_ids_of_a_session_that_has_not) {
  problems told;
  auto ids = id_pool::make("auto", 1000, "alice", {{"alice", {100000, 131072}}}, {{"alice", {100000, 131072}}}).value();
  trash bin{*root, "/nonexistent/remover", told.sink()};
  auto session = root->make(session_directory_name("a", "b", "c")).value();
  const auto name = session.name;
  bin.discard(std::move(session), subordinate(ids), {});
  ASSERT_THAT(told.wait_for(1), testing::SizeIs(1));
  std::ifstream file{trashed() / name / "ids"};
  std::string line;
  std::getline(file, line);
  EXPECT_EQ("subid_range 100000 65536", line);
}

} // namespace
} // namespace strata::test
