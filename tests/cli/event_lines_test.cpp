// SPDX-License-Identifier: MIT
#include "cli/mcp/event_lines.hpp"

#include <gmock/gmock.h>
#include <vector>

namespace strata::client {
namespace {

using testing::ElementsAre;

struct taken {
  std::vector<std::string> events;
  event_lines lines{32, [this](const std::string& data) { events.push_back(data); }};
};

TEST(event_lines, gives_the_data_of_each_event_however_reads_cut_it) {
  const std::string_view text =
    ": hi\nid: 1\ndata: one\n\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\ndata: three\r\r\ndata: unfinished\n";
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    taken all;
    EXPECT_TRUE(all.lines.feed(text.substr(0, cut)) && all.lines.feed(text.substr(cut)));
    EXPECT_THAT(all.events, ElementsAre("one", "two\nlines", "three")) << cut;
  }
}

TEST(event_lines, bounds_a_line_and_an_event) {
  EXPECT_TRUE(taken{}.lines.feed("data: " + std::string(26, 'x')));
  EXPECT_FALSE(taken{}.lines.feed(std::string(33, 'x')));
  EXPECT_FALSE(taken{}.lines.feed("data: 0123456789\ndata: 0123456789\ndata: 0123456789\n"));
}

} // namespace
} // namespace strata::client
