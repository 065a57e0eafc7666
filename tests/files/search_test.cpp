// SPDX-License-Identifier: MIT
// Names and lines are found, page by page.
#include "tests/files/file_worker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using testing::ElementsAre;
using testing::HasSubstr;
using wire::files_message;

namespace {

class search : public testing::Test {
protected:
  wire::files_found find(wire::files_search asked) {
    if (asked.path.empty())
      asked.path = dir.path;
    const auto told = worker.call(files_message::search, asked);
    EXPECT_TRUE(told.is(files_message::found)) << told.failure.text;
    return told.found;
  }
  wire::files_found for_text(const std::string& text) {
    wire::files_search asked;
    asked.text = text;
    return find(asked);
  }
  static std::vector<std::string> lines(const wire::files_found& found) {
    std::vector<std::string> all;
    for (const auto& each : found.matches)
      all.push_back(fmt::format("{}:{}:{}:{}", each.path, each.line, each.column, each.text));
    return all;
  }

  scratch_directory dir;
  worker_alone worker;
};

TEST_F(search, finds_lines_in_the_order_of_the_paths) {
  std::filesystem::create_directories(dir / "b/c");
  fill(dir / "b/c/two", "x\nneedle\n");
  fill(dir / "a", "one needle\nno\nneedle and needle");
  fill(dir / "z", "nothing\n");
  EXPECT_THAT(lines(for_text("needle")), ElementsAre("a:1:5:one needle", "a:3:1:needle and needle", "b/c/two:2:1:needle"));
  wire::files_search one;
  one.path = dir / "a";
  one.text = "no";
  EXPECT_THAT(lines(find(one)), ElementsAre("a:2:1:no"));
}

TEST_F(search, knows_patterns_and_names) {
  fill(dir / "x.cpp", "int main() { return 42; }\n");
  fill(dir / "y.hpp", "Return 7;\n");
  fill(dir / ".hidden", "return 1;\n");
  wire::files_search asked;
  asked.regex = "return \\d+;";
  EXPECT_THAT(lines(find(asked)), ElementsAre(".hidden:1:1:return 1;", "x.cpp:1:14:int main() { return 42; }"));
  asked.ignore_case = true;
  asked.hidden = false;
  EXPECT_EQ(find(asked).matches.size(), 2U);
  asked.name = "*.hpp";
  EXPECT_THAT(lines(find(asked)), ElementsAre("y.hpp:1:1:Return 7;"));
  wire::files_search names;
  names.name = "*.?pp";
  const auto found = find(names);
  ASSERT_EQ(found.matches.size(), 2U);
  EXPECT_EQ(found.matches[0].line, 0U);
  EXPECT_EQ(found.matches[0].type, wire::file_type::file);
  asked.regex = "(";
  const auto refused = worker.call(files_message::search, (asked.path = dir.path, asked));
  EXPECT_TRUE(refused.refused(wire::file_problem::bad_pattern));
  EXPECT_THAT(refused.failure.text, HasSubstr("parenthesis"));
}

TEST_F(search, shows_what_is_around_a_line) {
  fill(dir / "f", "1\n2\n3 hit\n4 hit\n5\n6\n7\n");
  wire::files_search asked;
  asked.text = "hit";
  asked.context = 2;
  const auto found = find(asked);
  ASSERT_EQ(found.matches.size(), 2U);
  EXPECT_THAT(found.matches[0].before, ElementsAre("1", "2"));
  EXPECT_THAT(found.matches[0].after, ElementsAre("4 hit", "5"));
  EXPECT_THAT(found.matches[1].before, ElementsAre("2", "3 hit"));
  EXPECT_THAT(found.matches[1].after, ElementsAre("5", "6"));
}

TEST_F(search, goes_on_where_a_page_ended_also_within_a_file) {
  std::vector<std::string> all;
  for (const auto* name : {"a", "b", "c/d", "e"}) {
    if (*name == 'c')
      std::filesystem::create_directory(dir / "c");
    std::string text;
    for (int i = 1; i <= 5; ++i) {
      text += fmt::format("hit {}\nmiss\n", i);
      all.push_back(fmt::format("{}:{}:1:hit {}", name, 2 * i - 1, i));
    }
    fill(dir / name, text);
  }
  for (const std::uint32_t context : {0U, 2U})
    for (const std::uint32_t limit : {1U, 2U, 3U, 5U, 7U, 100U}) {
      wire::files_search asked;
      asked.text = "hit";
      asked.limit = limit;
      asked.context = context;
      std::vector<std::string> seen;
      for (int pages = 0; pages < 100; ++pages) {
        const auto page = find(asked);
        const auto some = lines(page);
        EXPECT_LE(some.size(), limit);
        seen.insert(seen.end(), some.begin(), some.end());
        if (!page.more)
          break;
        asked.after_path = page.after_path;
        asked.after_line = page.after_line;
      }
      EXPECT_EQ(seen, all) << limit << " with " << context;
    }
}

TEST_F(search, is_not_hurt_by_what_it_reads) {
  fill(dir / "binary", std::string("needle\0needle", 13));
  fill(dir / "long", std::string(500'000, 'a') + " needle " + std::string(500'000, 'b'));
  fill(dir / "bytes", "caf\xe9 needle\n");
  std::filesystem::create_symlink("/etc/passwd", dir / "link");
  ::mkfifo((dir / "fifo").c_str(), 0600);
  const auto found = for_text("needle");
  ASSERT_EQ(found.matches.size(), 2U);
  EXPECT_EQ(found.matches[0].text, "caf\xe9 needle");
  EXPECT_LE(found.matches[1].text.size(), wire::max_search_line);
  EXPECT_THAT(found.matches[1].text, HasSubstr("needle"));
  EXPECT_EQ(found.binary, 1U);
  EXPECT_TRUE(for_text("root:").matches.empty());
  // A pattern that would take for ever does not.
  fill(dir / "evil", std::string(30'000, 'a') + "!\n");
  wire::files_search asked;
  asked.path = dir / "evil";
  asked.regex = "^(a+)+$";
  EXPECT_TRUE(find(asked).matches.empty());
}

} // namespace
