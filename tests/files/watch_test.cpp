// SPDX-License-Identifier: MIT
// What happens to files is told, numbered.
#include "tests/files/file_pool.hpp"
#include "tests/files/file_worker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using testing::ElementsAre;
using wire::file_change;

namespace {

std::string text_of(const file_event& event) {
  constexpr const char* names[] = {"created", "written", "removed", "renamed", "attributes", "overflow", "gone"};
  return fmt::format("{} {}{}{}", names[static_cast<int>(event.what)], event.path, event.directory ? "/" : "",
                     event.to.empty() ? "" : " " + event.to);
}

class watching : public testing::Test {
protected:
  /// All until one that is `last`; one write may be told as several.
  std::vector<std::string> events(file_watch& from, std::int64_t& since, const std::string& last) {
    std::vector<std::string> all;
    for (;;) {
      const auto told = file_pool::read(from, since);
      EXPECT_FALSE(told.missed);
      if (told.items.empty())
        return all;
      for (const auto& each : told.items) {
        ++since;
        const auto text = text_of(each);
        if (text == said_)
          continue;
        all.push_back(said_ = text);
        if (text == last)
          return all;
      }
    }
  }

  scratch_directory dir;
  file_pool files;
  std::string said_; ///< last
};

TEST_F(watching, tells_what_happens_to_a_directory) {
  fill(dir / "old", "x");
  const auto watch = files.watch(dir.path).value();
  auto since = watch->next();
  fill(dir / "f", "1");
  std::filesystem::rename(dir / "f", dir / "g");
  ::chmod((dir / "g").c_str(), 0600);
  std::filesystem::remove(dir / "g");
  std::filesystem::create_directory(dir / "d");
  fill(dir / "d/inner", "not told");
  std::filesystem::rename(dir / "old", dir / "d/old");
  EXPECT_THAT(events(*watch, since, "removed old"),
              ElementsAre("created f", "written f", "renamed f g", "attributes g", "removed g", "created d/", "removed old"));
}

TEST_F(watching, follows_directories_as_they_come_and_move) {
  std::filesystem::create_directories(dir / "a/b");
  const auto watch = files.watch(dir.path, true).value();
  auto since = watch->next();
  fill(dir / "a/b/f", "1");
  EXPECT_THAT(events(*watch, since, "written a/b/f"), ElementsAre("created a/b/f", "written a/b/f"));
  std::filesystem::create_directories(dir / "n");
  EXPECT_THAT(events(*watch, since, "created n/"), ElementsAre("created n/"));
  fill(dir / "n/x", "1");
  events(*watch, since, "written n/x");
  std::filesystem::rename(dir / "a", dir / "n/moved");
  events(*watch, since, "renamed a/ n/moved");
  fill(dir / "n/moved/b/f", "2");
  EXPECT_THAT(events(*watch, since, "written n/moved/b/f"), ElementsAre("written n/moved/b/f"));
}

TEST_F(watching, numbers_what_it_tells_and_keeps_the_last) {
  const auto watch = files.watch(dir.path).value();
  const auto first = watch->next();
  auto since = first;
  for (int i = 0; i < 3000; ++i)
    std::filesystem::create_directory(dir / std::to_string(i));
  events(*watch, since, "created 2999/");
  const auto early = file_pool::read(*watch, first + 10);
  EXPECT_EQ(early.first, first + 10);
  EXPECT_FALSE(early.missed);
  EXPECT_EQ(text_of(early.items[0]), "created 10/");
  for (int i = 0; i < 3000; ++i)
    std::filesystem::remove(dir / std::to_string(i));
  events(*watch, since, "removed 2999/");
  const auto late = file_pool::read(*watch, first);
  EXPECT_TRUE(late.missed);
  EXPECT_EQ(late.first, since - 4096);
  const auto none = file_pool::read(*watch, since, std::chrono::milliseconds{1});
  EXPECT_TRUE(none.items.empty());
  EXPECT_EQ(none.first, since);
}

TEST_F(watching, keeps_no_more_than_a_mebibyte_of_names) {
  auto deep = dir.path;
  for (int i = 0; i < 12; ++i)
    deep /= std::string(250, 'd');
  std::filesystem::create_directories(deep);
  const auto watch = files.watch(dir.path, true).value();
  const auto first = watch->next();
  auto since = first;
  for (int i = 0; i < 1000; ++i)
    std::filesystem::create_directory(deep / std::to_string(i));
  while (since < first + 1000) {
    const auto told = file_pool::read(*watch, since);
    since = told.first + static_cast<std::int64_t>(told.items.size());
  }
  const auto kept = file_pool::read(*watch, first);
  EXPECT_TRUE(kept.missed);
  std::size_t bytes = 0;
  for (const auto& each : kept.items)
    bytes += each.path.size();
  EXPECT_GT(bytes, 500'000U);
  EXPECT_LT(bytes, std::size_t{1} << 20);
}

TEST_F(watching, ends_with_what_it_watches) {
  const auto path = dir / "d";
  std::filesystem::create_directory(path);
  const auto watch = files.watch(path).value();
  auto since = watch->next();
  std::filesystem::remove(path);
  EXPECT_EQ(events(*watch, since, "gone ").back(), "gone ");
  while (!watch->ended())
    file_pool::read(*watch, since);
  EXPECT_TRUE(file_pool::read(*watch, since).items.empty()); // at once
  EXPECT_EQ(files.watch(path).error().code, errc::file_not_found);
}

TEST_F(watching, of_one_file_tells_of_it) {
  fill(dir / "f", "x");
  const auto watch = files.watch(dir / "f").value();
  auto since = watch->next();
  fill(dir / "f", "y");
  EXPECT_THAT(events(*watch, since, "written "), ElementsAre("written "));
}

} // namespace
