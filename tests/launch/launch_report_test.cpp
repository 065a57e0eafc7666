// SPDX-License-Identifier: MIT
#include "isolation/launch_report.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(launch_report, tells_marks_from_text_however_the_bytes_are_cut) {
  const std::string all = "\001child 12\nbwrap: oh\n\001child 34\n\001ready\n";
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    launch_report report;
    report.feed(std::string_view{all}.substr(0, cut));
    report.feed(std::string_view{all}.substr(cut));
    EXPECT_TRUE(report.ready());
    EXPECT_THAT(report.take_children(), ElementsAre(12, 34));
    EXPECT_THAT(report.take_children(), IsEmpty());
    EXPECT_EQ("bwrap: oh", report.text());
  }
}

TEST(launch_report, takes_malformed_marks_as_text) {
  launch_report report;
  report.feed("\001child -5\n\001child 12x\n\001child 99999999999\n\001readyish\nx\001ready\n");
  EXPECT_FALSE(report.ready());
  EXPECT_THAT(report.take_children(), IsEmpty());
  EXPECT_EQ("\\x01child -5; \\x01child 12x; \\x01child 99999999999; \\x01readyish; x\\x01ready", report.text());
}

TEST(launch_report, escapes_control_characters_and_keeps_an_unfinished_line) {
  launch_report report;
  report.feed("a\033[31m\r\n\nb\xc3\xa4");
  EXPECT_EQ("a\\x1b[31m\\x0d; b\\xc3\\xa4", report.text());
}

TEST(launch_report, is_bounded) {
  launch_report report;
  for (int i = 0; i < 1000; ++i)
    report.feed(std::string(997, 'x') + (i % 2 == 0 ? "\n" : ""));
  EXPECT_EQ(4096U, report.text().size());
}

} // namespace
} // namespace strata
