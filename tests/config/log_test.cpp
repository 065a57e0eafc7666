// SPDX-License-Identifier: MIT
#include "config/log.hpp"
#include "config/escaped.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <limits>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

const auto moment = std::chrono::system_clock::from_time_t(1763928715) + std::chrono::milliseconds{7};

std::string line(const std::vector<log_fact>& facts) { return log_line(moment, log_level::info, "e", facts); }

TEST(log_line, is_an_event_with_its_facts) {
  EXPECT_EQ("2025-11-23T20:11:55.007Z warn session.started session=alice/build pid=4242 share=0.5 on=true",
            log_line(moment, log_level::warn, "session.started",
                     {{"session", "alice/build"}, {"pid", 4242}, {"share", 0.5}, {"on", true}}));
  EXPECT_EQ("1969-12-31T23:59:59.999Z info e",
            log_line(std::chrono::system_clock::from_time_t(0) - std::chrono::milliseconds{1}, log_level::info, "e", {}));
}

TEST(log_line, no_value_can_pose_as_a_fact_or_a_line) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"plain/value:1,2", "plain/value:1,2"},
    {"", "\"\""},
    {"two words", "\"two words\""},
    {"a=b", "\"a=b\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\""},
    {"back\\slash", "\"back\\\\slash\""},
    {"x\n2025-11-23T20:11:55.007Z info forged", "\"x\\n2025-11-23T20:11:55.007Z info forged\""},
    {"\r\t", "\"\\r\\t\""},
    {"\x1b[31m\x7f", "\"\\x1b[31m\\x7f\""},
    {"caf\u00e9", "\"caf\\xc3\\xa9\""},
    {"\u2028", "\"\\xe2\\x80\\xa8\""},
    {std::string_view{"a\0b", 3}, "\"a\\x00b\""},
    {"\xff", "\"\\xff\""},
  };
  for (const auto& [value, expected] : table)
    EXPECT_EQ("2025-11-23T20:11:55.007Z info e k=" + std::string{expected}, line({{"k", value}}));
}

TEST(log_line, every_byte_makes_one_visible_line) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  const auto text = line({{"k", all}});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) << text;
}

TEST(log_line, is_bounded) {
  EXPECT_EQ("2025-11-23T20:11:55.007Z info e k=\"" + std::string(1024, 'a') + "...\"", line({{"k", std::string(1 << 20, 'a')}}));
  const std::string wide(1024, '\0'); // shown as 4096
  const auto text = line({{"a", wide},
                          {"b", 1},
                          {"c", std::string(1000, 'c')},
                          {"d", std::string(1000, 'd')},
                          {"e", std::string(1000, 'e')},
                          {"f", std::string(1000, 'f')}});
  EXPECT_LE(text.size(), 4000U);
  EXPECT_THAT(text, HasSubstr(" b=1 c=ccc"));
  EXPECT_THAT(text, EndsWith(" cut=true"));
  EXPECT_EQ(std::string::npos, text.find(" a="));
}

TEST(escaped, repeats_foreign_words_safely) {
  EXPECT_EQ("\"\"", in_quotes(""));
  EXPECT_EQ("\"a\\nb\"", in_quotes("a\nb"));
  EXPECT_EQ("\"abc...\"", in_quotes("abcdef", 3));
}

class written_log : public testing::Test {
protected:
  written_log() {
    std::string name = testing::TempDir() + "strata-log-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ / "log";
  }
  ~written_log() override {
    log::stop();
    std::filesystem::remove_all(directory_);
    EXPECT_FALSE(std::filesystem::exists(directory_));
  }
  std::vector<std::string> lines() {
    std::ifstream in{path_};
    std::vector<std::string> all;
    for (std::string each; std::getline(in, each);)
      all.push_back(each);
    return all;
  }

  std::filesystem::path directory_, path_;
};

TEST_F(written_log, shows_its_level_and_above_in_order) {
  log::info("too.early");
  log::start(log_level::warn, line_writer::to_file(path_).value());
  log::debug("no");
  log::info("no");
  log::warn("first", {{"n", 1}});
  log::error("second");
  log::stop();
  log::error("too.late");
  EXPECT_THAT(lines(), ElementsAre(EndsWith(" warn first n=1"), EndsWith(" error second")));
}

TEST_F(written_log, is_appended_to_and_not_for_everybody) {
  for (const auto* const text : {"one", "two"})
    line_writer::to_file(path_).value()->write(text);
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
  struct stat status {};
  ASSERT_EQ(0, ::stat(path_.c_str(), &status));
  EXPECT_EQ(0U, status.st_mode & 0007);
}

TEST_F(written_log, names_a_file_that_cannot_be_opened) {
  EXPECT_EQ("open log file /nonexistent/log: no such file or directory",
            line_writer::to_file("/nonexistent/log").error().message);
}

TEST_F(written_log, a_reader_that_stalls_holds_up_nobody_and_is_told_what_it_missed) {
  ASSERT_EQ(0, ::mkfifo(path_.c_str(), 0600));
  std::fstream reader{path_, std::ios::in | std::ios::out}; // a fifo so opened never blocks
  auto writer = line_writer::to_file(path_).value();
  const std::string line(1000, 'x');
  for (int i = 0; i < 10'000; ++i) // far more than a pipe and the queue hold
    writer->write(line);
  // The reader wakes up; the last line comes after the note.
  std::string text;
  bool told = false;
  writer->write("note comes before this");
  for (std::string each; std::getline(reader, each) && each != "end";) {
    told = told || each.ends_with("lines lost here: the reader is too slow)");
    if (each == "note comes before this")
      writer->write("end");
  }
  EXPECT_TRUE(told);
}

} // namespace
} // namespace strata
