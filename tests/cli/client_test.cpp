// SPDX-License-Identifier: MIT
#include "cli/client/detach_keys.hpp"
#include "cli/client/flag_values.hpp"
#include "cli/client/session_name.hpp"
#include "cli/client/session_text.hpp"

#include <gmock/gmock.h>

namespace strata::client {
namespace {

using testing::HasSubstr;

TEST(session_name, is_read_as_it_is_written) {
  for (const auto& [owner, session] : std::initializer_list<std::pair<std::string, std::string>>{{"a", "b"},
                                                                                                 {"a/b", "c%2F"},
                                                                                                 {"@a", "@b"},
                                                                                                 {"100%", "a b"},
                                                                                                 {"ä", "-x"},
                                                                                                 {"a\x1b[2J", "b\n\xc2\x9b"
                                                                                                              "c"}}) {
    const auto text = to_string({owner, session, {}});
    const auto read = parse_session_name(text, "");
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(owner, read->owner) << text;
    EXPECT_EQ(session, read->session) << text;
  }
}

TEST(session_name, shows_nothing_that_a_terminal_obeys) {
  EXPECT_EQ("%1B]0;x%07/%C2\x9b%0D%7F", to_string({"\x1b]0;x\x07", "\xc2\x9b\r\x7f", {}}));
  EXPECT_EQ("ä/\xc2\xa0", to_string({"ä", "\xc2\xa0", {}}));
}

TEST(session_name, takes_the_owner_when_it_has_none) {
  EXPECT_EQ("a/b", to_string(*parse_session_name("b", "a")));
  EXPECT_EQ("c/b", to_string(*parse_session_name("c/b", "a")));
  EXPECT_EQ("x%2Fy/b", to_string(*parse_session_name("b", "x/y")));
  EXPECT_EQ("abc", parse_session_name("@abc", "a")->uid);
}

TEST(session_name, tells_what_is_wrong_with_it) {
  const std::pair<const char*, const char*> table[] = {
    {"b", "has no owner"}, {"a/b/c", "more than one /"}, {"/b", "an empty part"}, {"a/", "an empty part"},
    {"@", "no uid"},       {"a/%2", "broken %"},         {"a/%zz", "broken %"},   {"", "has no owner"}};
  for (const auto& [text, why] : table) {
    const auto read = parse_session_name(text, "");
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(why)) << text;
    EXPECT_THAT(read.error().message, HasSubstr(std::string{"session \""} + text + "\"")) << text;
  }
}

TEST(detach_keys, are_found_wherever_reads_cut_them) {
  auto keys = *detach_keys::parse("ctrl-p,ctrl-q");
  EXPECT_EQ("ls", keys.take("ls").input);
  auto typed = keys.take("\x10");
  EXPECT_EQ("", typed.input);
  EXPECT_FALSE(typed.detach);
  typed = keys.take("\x11more");
  EXPECT_EQ("", typed.input);
  EXPECT_TRUE(typed.detach);
}

TEST(detach_keys, give_back_what_is_not_the_whole_sequence) {
  auto keys = *detach_keys::parse("a,a,b");
  EXPECT_EQ("a", keys.take("aaa").input);
  EXPECT_TRUE(keys.take("b").detach);
  EXPECT_EQ("ax", keys.take("ax").input);
  EXPECT_EQ("", keys.take("aa").input);
  EXPECT_EQ("aac", keys.take("c").input);
  EXPECT_EQ("aaa", keys.take("aaaaa").input);
}

TEST(detach_keys, may_be_none_and_are_checked) {
  EXPECT_EQ("\x10\x11", detach_keys::parse("")->take("\x10\x11").input);
  EXPECT_TRUE(detach_keys::parse("ctrl-],~,.")->take("\x1d~.").detach);
  EXPECT_TRUE(detach_keys::parse("ctrl-A")->take("\x01").detach);
  EXPECT_TRUE(detach_keys::parse(",")->take(",").detach);
  for (const auto* const bad : {"ctrl-", "ctrl-pp", "up", "ctrl-1", "a,,b"})
    EXPECT_FALSE(detach_keys::parse(bad)) << bad;
}

TEST(flag_values, are_pairs_and_times) {
  invocation given;
  given.flags = {
    {"--env", {"A=1", "B=x=y", "C="}}, {"--bad", {"A"}}, {"--ttl", {"1m1.5s"}}, {"--less", {"-1s"}}, {"--word", {"soon"}}};
  google::protobuf::Map<std::string, std::string> pairs;
  ASSERT_TRUE(read_pairs(given, "--env", pairs));
  EXPECT_EQ(3U, pairs.size());
  EXPECT_EQ("x=y", pairs["B"]);
  EXPECT_EQ("--bad: \"A\" is not NAME=VALUE", read_pairs(given, "--bad", pairs).error().message);
  EXPECT_EQ(61, (*read_time(given, "--ttl"))->seconds());
  EXPECT_EQ(500'000'000, (*read_time(given, "--ttl"))->nanos());
  EXPECT_FALSE(read_time(given, "--none")->has_value());
  EXPECT_EQ("--less: \"-1s\" is negative", read_time(given, "--less").error().message);
  EXPECT_EQ("--word: \"soon\" is no duration", read_time(given, "--word").error().message);
}

TEST(session_text, is_what_rest_says) {
  v1::Session session;
  session.set_owner_id("a");
  session.set_session_id("b");
  session.set_state(v1::SESSION_STATE_READY);
  session.mutable_created_at()->set_seconds(1'700'000'000);
  session.mutable_created_at()->set_nanos(7'000'000);
  session.mutable_idle_ttl()->set_seconds(1800);
  (*session.mutable_metadata())["z"] = "1";
  (*session.mutable_metadata())["a"] = "2";
  const auto json = session_json(session);
  EXPECT_EQ("2023-11-14T22:13:20.007Z", json["created_at"]);
  EXPECT_EQ("ready", json["state"]);
  EXPECT_EQ(1'800'000, json["idle_ttl_ms"]);
  EXPECT_TRUE(json["expires_at"].is_null());
  EXPECT_EQ(R"({"a":"2","z":"1"})", json["metadata"].dump());
}

TEST(table_text, has_columns_without_trailing_blanks) {
  EXPECT_EQ("A     BB\nlong  x\n\n", table_text({{"A", "BB"}, {"long", "x"}, {}}));
}

} // namespace
} // namespace strata::client
