// SPDX-License-Identifier: MIT
#include "protocols/json/exec_json.hpp"

#include "protocols/json/base64.hpp"

#include <gtest/gtest.h>

using namespace strata;

namespace {

exec_response with_output(std::string bytes, std::int64_t gap_at = -1) {
  exec_response answer;
  answer.output = answer.stdout_output = captured_output{bytes, static_cast<std::int64_t>(bytes.size()), gap_at};
  return answer;
}

} // namespace

TEST(exec_body, every_field_is_read) {
  auto read =
    read_exec(R"({"command":"make","timeout_ms":1,"wait_ms":2,"queue_ms":3,"stdin":"in","env":{"A":"b"},"cwd":"/x","user":"u",
    "shell":"fresh","merge":true,"max_output_bytes":4,"create":"never","on_disconnect":"keep"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->command, "make");
  EXPECT_EQ(read->timeout_ms, 1);
  EXPECT_EQ(read->wait_ms, 2);
  EXPECT_EQ(read->queue_ms, 3);
  EXPECT_EQ(read->stdin_data, "in");
  EXPECT_EQ(read->env, (string_map{{"A", "b"}}));
  EXPECT_EQ(read->cwd, "/x");
  EXPECT_EQ(read->user, "u");
  EXPECT_EQ(read->shell, "fresh");
  EXPECT_TRUE(read->merge);
  EXPECT_EQ(read->max_output_bytes, 4);
  EXPECT_EQ(read->create, "never");
  EXPECT_EQ(read->on_disconnect, "keep");
}

TEST(exec_body, null_is_absent_and_stdin_b64_is_bytes) {
  auto read = read_exec(R"({"command":"x","timeout_ms":null,"env":null,"stdin":null,"stdin_b64":"AP8="})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->timeout_ms, 30'000);
  EXPECT_EQ(read->stdin_data, std::string("\0\xff", 2));
  EXPECT_EQ(read->shell, "session");
}

TEST(exec_body, the_exact_spelling_wins_over_another_case) {
  EXPECT_EQ(read_exec(R"({"Command":"no","command":"yes","COMMAND":"no"})")->command, "yes");
}

TEST(exec_answer, text_is_exact_and_nothing_beside_it) {
  auto body = to_json(with_output("hé\n"));
  EXPECT_EQ(body["stdout"], "hé\n");
  EXPECT_EQ(body["output"], "hé");
  EXPECT_FALSE(body.contains("stdout_b64"));
  EXPECT_FALSE(body.contains("output_b64"));
  EXPECT_EQ(body["stdout_bytes"], 4);
}

TEST(exec_answer, bytes_that_are_no_text_come_out_unharmed) {
  const std::string bytes("\0a\xff\xc3(\r\n", 7);
  auto body = to_json(with_output(bytes));
  EXPECT_EQ(body["stdout"], std::string("\0a\xef\xbf\xbd\xef\xbf\xbd(\r\n", 11));
  EXPECT_EQ(base64_decode(std::string{body["stdout_b64"]}), bytes);
  EXPECT_EQ(base64_decode(std::string{body["output_b64"]}), bytes);
  EXPECT_FALSE(body.contains("stderr_b64"));
  auto again = nlohmann::json::parse(to_text(body));
  EXPECT_EQ(again["stdout"], body["stdout"]);
}

TEST(exec_answer, nul_is_text) {
  auto body = to_json(with_output(std::string("a\0b", 3)));
  EXPECT_EQ(body["stdout"], std::string("a\0b", 3));
  EXPECT_FALSE(body.contains("stdout_b64"));
}

TEST(exec_answer, tells_where_the_middle_was_left_out) {
  exec_response answer;
  answer.truncated = true;
  answer.stdout_output = {"headtail", 4104, 4};
  answer.stderr_output = {"all", 3, -1};
  answer.output = {"", 4107, 0};
  EXPECT_EQ(to_json(answer)["gaps"], ordered_json::parse(R"([{"stream":"stdout","offset":4,"length":4096},
                                                             {"stream":"output","offset":0,"length":4107}])"));
  EXPECT_FALSE(to_json(with_output("whole")).contains("gaps"));
}

TEST(exec_answer, a_character_cut_by_the_cap_is_left_out) {
  auto body = to_json(with_output("a\xc3\xa9\xa9z", 2)); // é cut at the end of the head, and before the tail
  EXPECT_EQ(body["stdout"], "az") << "both halves";
  EXPECT_FALSE(body.contains("stdout_b64"));
}

TEST(exec_answer, a_gap_covers_the_characters_that_the_cap_cut_apart) {
  exec_response answer;
  answer.stdout_output = {"a\xc3\xa9z", 103, 2}; // é wrote itself into both edges, each half of another one
  EXPECT_EQ(to_json(answer)["stdout"], "az");
  EXPECT_EQ(to_json(answer)["gaps"], ordered_json::parse(R"([{"stream":"stdout","offset":1,"length":101}])"))
    << "the first `offset` bytes of the text are the head";
  answer.stdout_output = {"\xff\xc3\xa9z", 103, 2};
  EXPECT_EQ(to_json(answer)["gaps"], ordered_json::parse(R"([{"stream":"stdout","offset":2,"length":99}])"))
    << "of bytes that are no text, as they stand in stdout_b64";
  EXPECT_EQ(base64_decode(std::string{to_json(answer)["stdout_b64"]}), "\xff\xc3\xa9z");
}

TEST(exec_answer, a_character_at_the_end_is_left_out_only_while_more_may_come) {
  auto answer = with_output("a\xc3");
  EXPECT_EQ(to_json(answer)["stdout"], "a\xef\xbf\xbd");
  answer.state = process_state::running;
  EXPECT_EQ(to_json(answer)["stdout"], "a");
}

TEST(exec_answer, is_trimmed_as_the_seed_trims) {
  const std::vector<std::pair<std::string, std::string>> table{
    {"", ""},    {"\r\n\r\n", ""},       {"\n  a", "  a"}, {"a \t\r\n ", "a"}, {"  ", ""},
    {" \n", ""}, {"a\n\nb\n", "a\n\nb"}, {"\t\n", ""},     {"\r\n x", " x"}};
  for (const auto& [written, shown] : table)
    EXPECT_EQ(to_json(with_output(written))["output"], shown) << written;
}

TEST(exec_answer, members_keep_their_documented_order) {
  exec_response answer;
  answer.exit_code = 3;
  answer.signal = std::nullopt;
  answer.limits_hit = {"pids"};
  auto text = to_text(to_json(answer));
  EXPECT_TRUE(text.starts_with(
    R"({"output":"","elapsed":"0s","truncated":false,"id":"","state":"ended","reason":"","exit_code":3,"signal":null,)"))
    << text;
  EXPECT_NE(text.find(R"("limits_hit":["pids"])"), text.npos);
}
