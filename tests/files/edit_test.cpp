// SPDX-License-Identifier: MIT
// What strata-files does when texts in a file are to be replaced.
#include "tests/files/file_worker.hpp"

#include <cerrno>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <thread>

using namespace strata;
using namespace strata::test;
using testing::ElementsAre;
using wire::file_problem;
using wire::files_message;

namespace {

class file_edit : public testing::Test {
protected:
  worker_answer edit(std::vector<wire::files_edit_step> steps, std::vector<std::string> if_match = {}) {
    return worker.call(files_message::edit, wire::files_edit{path, std::move(steps), std::move(if_match)});
  }

  scratch_directory in;
  std::string path = in / "text";
  worker_alone worker;
};

} // namespace

TEST_F(file_edit, replaces_what_occurs_once) {
  fill(path, "one\ntwo\nthree\n");
  ::chmod(path.c_str(), 0640);
  const auto made = edit({{"two", "2\nand a half"}, {"three", "3"}});
  ASSERT_TRUE(made.is(files_message::edited));
  EXPECT_EQ(content_of(path), "one\n2\nand a half\n3\n");
  EXPECT_EQ(made.edited.replaced, 2U);
  ASSERT_EQ(made.edited.hunks.size(), 2U);
  EXPECT_EQ(made.edited.hunks[0].line, 2U);
  EXPECT_EQ(made.edited.hunks[0].removed, "two");
  EXPECT_EQ(made.edited.hunks[0].added, "2\nand a half");
  EXPECT_EQ(made.edited.hunks[1].line, 4U);
  EXPECT_EQ(made.edited.info.mode, 0640U);
  EXPECT_EQ(made.edited.info.size, 19);
  EXPECT_EQ(names_in(in.path), std::vector<std::string>{"text"});
}

TEST_F(file_edit, changes_nothing_unless_all_of_it_can_be_done) {
  fill(path, "a b a\nb\na\n");
  const auto before = worker.call(files_message::stat, wire::files_stat{path}).info.etag;
  const auto ambiguous = edit({{"b a", "x"}, {"a", "y"}});
  ASSERT_TRUE(ambiguous.refused(file_problem::edit_ambiguous));
  EXPECT_EQ(ambiguous.failure.number, 1);
  EXPECT_EQ(ambiguous.failure.count, 2U);
  EXPECT_THAT(ambiguous.failure.lines, ElementsAre(1, 3));
  const auto missing = edit({{"b a", "x"}, {"q", "y"}});
  ASSERT_TRUE(missing.refused(file_problem::edit_not_found));
  EXPECT_EQ(missing.failure.number, 1);
  EXPECT_TRUE(edit({{"", "y"}}).refused(file_problem::edit_not_found));
  EXPECT_EQ(worker.call(files_message::stat, wire::files_stat{path}).info.etag, before);
  EXPECT_EQ(names_in(in.path), std::vector<std::string>{"text"});
}

TEST_F(file_edit, replaces_everywhere_when_asked) {
  fill(path, "aXbX\nX");
  const auto made = edit({{"X", "", true}});
  ASSERT_TRUE(made.is(files_message::edited));
  EXPECT_EQ(content_of(path), "ab\n");
  EXPECT_EQ(made.edited.replaced, 3U);
  EXPECT_EQ(made.edited.hunks[2].line, 2U);
}

TEST_F(file_edit, that_overlap_are_ambiguous) {
  fill(path, "aaa");
  EXPECT_TRUE(edit({{"aa", "b"}}).refused(file_problem::edit_ambiguous));
  EXPECT_TRUE(edit({{"aa", "b", true}}).is(files_message::edited));
  EXPECT_EQ(content_of(path), "ba");
}

TEST_F(file_edit, heeds_the_etag_the_kind_and_the_size) {
  EXPECT_TRUE(edit({{"a", "b"}}).failed(ENOENT));
  fill(path, std::string{"a\0c", 3});
  EXPECT_TRUE(edit({{"a", "b"}}, {"other"}).refused(file_problem::etag_differs));
  const auto seen = worker.call(files_message::stat, wire::files_stat{path});
  EXPECT_TRUE(edit({{"a", "b"}}, {seen.info.etag}).is(files_message::edited));
  EXPECT_EQ(content_of(path), std::string("b\0c", 3));
  std::filesystem::resize_file(path, static_cast<std::uintmax_t>(wire::max_edited_bytes) + 1);
  EXPECT_TRUE(edit({{"b", "a"}}).refused(file_problem::too_large));
  fill(path, std::string(1 << 20, 'a'));
  EXPECT_TRUE(edit({{"a", std::string(64, 'b'), true}}).refused(file_problem::too_large));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_TRUE(edit({{"b", "a"}}).failed(EISDIR));
  EXPECT_EQ(names_in(in.path), std::vector<std::string>{"text"});
}

TEST_F(file_edit, of_many_at_once_loses_none) {
  constexpr int editors = 8;
  std::string text;
  for (int i = 0; i < editors; ++i)
    text += "<" + std::to_string(i) + ">\n";
  fill(path, text);
  std::vector<std::thread> all;
  for (int i = 0; i < editors; ++i)
    all.emplace_back([&, i] {
      worker_alone own;
      const auto word = "<" + std::to_string(i) + ">";
      const wire::files_edit asked{path, {{word, "done"}}, {}};
      EXPECT_TRUE(own.call(files_message::edit, asked).is(files_message::edited));
    });
  for (auto& each : all)
    each.join();
  EXPECT_EQ(content_of(path).find('<'), std::string::npos);
}
