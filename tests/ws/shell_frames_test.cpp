// SPDX-License-Identifier: MIT
#include "protocols/ws/shell_frames.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace strata;

namespace {

journal_record bytes(std::string data) { return {0, output_stream::merged, {}, std::move(data), 0}; }

std::string data_of(const std::vector<shell_frame>& frames) {
  std::string all;
  for (const auto& frame : frames)
    all += frame.text ? nlohmann::json::parse(frame.data).value("data", "") : frame.data;
  return all;
}

} // namespace

TEST(shell_frames, json_breaks_no_character) {
  shell_encoder encoder{shell_mode::seed};
  const std::string text = "a€😀z";
  std::string all;
  for (char c : text) {
    auto frames = encoder.output({bytes({c})});
    all += data_of(frames);
    for (const auto& frame : frames)
      EXPECT_TRUE(frame.text);
  }
  EXPECT_EQ(all, text);
  EXPECT_EQ(data_of(encoder.output({bytes("\xff\xfe")})), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(data_of(encoder.output({bytes("\xe2\x82")})), "");
  auto end = encoder.end({"exited", 0, {}, {}, 0});
  ASSERT_EQ(end.size(), 2u);
  EXPECT_EQ(data_of({end[0]}), "\xEF\xBF\xBD");
  EXPECT_EQ(nlohmann::json::parse(end[1].data), (nlohmann::json{{"type", "error"}, {"data", "session closed"}}));
}

TEST(shell_frames, raw_and_attach_carry_bytes_as_they_are) {
  for (auto mode : {shell_mode::raw, shell_mode::attach}) {
    shell_encoder encoder{mode};
    auto frames = encoder.output({bytes(std::string("\xff\0\xe2\x82", 4))});
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_FALSE(frames[0].text);
    EXPECT_EQ(frames[0].data, std::string("\xff\0\xe2\x82", 4));
  }
}

TEST(shell_frames, a_gap_is_told_where_it_can_be) {
  const std::vector<journal_record> gap{{10, output_stream::merged, {}, {}, 5, gap_cause::skipped}};
  EXPECT_EQ(nlohmann::json::parse(shell_encoder{shell_mode::raw}.output(gap).at(0).data),
            (nlohmann::json{{"type", "gap"}, {"offset", 10}, {"length", 5}, {"why", "skipped"}}));
  EXPECT_NE(data_of(shell_encoder{shell_mode::seed}.output(gap)).find("5 bytes of output skipped"), std::string::npos);
  EXPECT_TRUE(shell_encoder{shell_mode::attach}.output(gap).empty());
}

TEST(shell_frames, the_end_has_its_cause) {
  const process_end exited{"exited", 3, {}, {}, 0}, killed{"signalled", {}, 9, {}, 0}, closed{"session_closed", {}, {}, {}, 0};
  EXPECT_EQ(close_reason(exited), "exited 3");
  EXPECT_EQ(close_reason(killed), "signalled 9");
  EXPECT_EQ(close_reason(closed), "session_closed");
  EXPECT_EQ(nlohmann::json::parse(shell_encoder{shell_mode::raw}.end(exited).at(0).data),
            (nlohmann::json{{"type", "end"},
                            {"reason", "exited"},
                            {"exit_code", 3},
                            {"signal", nullptr},
                            {"limits_hit", nlohmann::json::array()},
                            {"left_running", 0}}));
  EXPECT_TRUE(shell_encoder{shell_mode::attach}.end(exited).empty());
}

TEST(shell_frames, seed_row_17_reads_input_and_resize_and_ignores_the_rest) {
  const auto read = [](std::string_view data, bool text = true) { return read_shell_message(shell_mode::seed, text, data); };
  EXPECT_EQ(std::get<terminal_input>(read(R"({"type":"input","data":"ls\n"})")).bytes, "ls\n");
  EXPECT_EQ(std::get<terminal_input>(read(R"({"type":"input","data":"ls\n"})", false)).bytes, "ls\n"); // binary, too
  EXPECT_EQ(std::get<terminal_resize>(read(R"({"type":"resize","rows":40,"cols":120})")).cols, 120);
  for (const char* ignored : {"", "nonsense", "[]", "{}", R"({"type":"dance"})", R"({"type":"resize","rows":0,"cols":1})",
                              R"({"type":"resize","rows":"x","cols":1})", R"({"type":5})", "\xff"})
    EXPECT_TRUE(std::holds_alternative<std::monostate>(read(ignored))) << ignored;
}

TEST(shell_frames, streams_are_named_by_their_first_byte) {
  shell_encoder encoder{shell_mode::streams};
  const auto frames = encoder.output(
    {{0, output_stream::out, {}, "o", 0}, {1, output_stream::err, {}, "e", 0}, {2, output_stream::merged, {}, "m", 0}});
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].data, "\1o");
  EXPECT_EQ(frames[1].data, "\2e");
  EXPECT_EQ(frames[2].data, "\3m");
  EXPECT_FALSE(frames[0].text);
  const auto read = [](std::string_view data, bool text) { return read_shell_message(shell_mode::streams, text, data); };
  EXPECT_EQ(std::get<terminal_input>(read({"\0in", 3}, false)).bytes, "in");
  EXPECT_TRUE(std::holds_alternative<error>(read("\1in", false)));
  EXPECT_TRUE(std::holds_alternative<terminal_input_end>(read(R"({"type":"eof"})", true)));
}

TEST(shell_frames, a_size_that_others_set_is_told_where_there_is_control) {
  EXPECT_EQ(nlohmann::json::parse(shell_encoder{shell_mode::raw}.resized({100, 30}).at(0).data),
            (nlohmann::json{{"type", "resize"}, {"cols", 100}, {"rows", 30}}));
  EXPECT_TRUE(shell_encoder{shell_mode::seed}.resized({100, 30}).empty());
  EXPECT_TRUE(shell_encoder{shell_mode::attach}.resized({100, 30}).empty());
}

TEST(shell_frames, raw_tells_what_it_does_not_understand) {
  const auto read = [](std::string_view data, bool text = true) { return read_shell_message(shell_mode::raw, text, data); };
  EXPECT_EQ(std::get<terminal_input>(read("{}", false)).bytes, "{}");
  EXPECT_EQ(std::get<terminal_signal>(read(R"({"type":"signal","signal":"INT"})")).to, "process");
  EXPECT_FALSE(std::get<terminal_flow>(read(R"({"type":"pause"})")).on);
  EXPECT_TRUE(std::get<terminal_flow>(read(R"({"type":"resume"})")).on);
  for (const char* bad : {"", "nonsense", R"({"type":"input","data":"x"})", R"({"type":"resize","cols":2000,"rows":1})"})
    EXPECT_TRUE(std::holds_alternative<error>(read(bad))) << bad;
  EXPECT_EQ(std::get<terminal_input>(read_shell_message(shell_mode::attach, true, "{}")).bytes, "{}");
}
