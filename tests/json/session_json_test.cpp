// SPDX-License-Identifier: MIT
#include "protocols/json/session_json.hpp"
#include "protocols/json/shell_json.hpp"

#include <gtest/gtest.h>

using namespace strata;

TEST(create_body, every_field_is_read) {
  auto read =
    read_create(R"({"owner_id":"o","session_id":"s","generate_id":true,"if_exists":"fail","metadata":{"a":"b"},"env":{"C":"d"},
    "base":"host","network":{"mode":"none","allow":["x"],"deny":["y"]},"limits":{"memory_bytes":5,"pids":6},"user":"u","cwd":"/c",
    "idle_ttl_ms":7,"expires_in_ms":8,"on_idle":"freeze","on_expiry":"stop"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->key, (session_key{"o", "s"}));
  EXPECT_TRUE(read->generate_id);
  EXPECT_EQ(read->if_exists, "fail");
  EXPECT_EQ(read->metadata, (string_map{{"a", "b"}}));
  EXPECT_EQ(read->env, (string_map{{"C", "d"}}));
  EXPECT_EQ(read->network, (network_policy{"none", {"x"}, {"y"}}));
  EXPECT_EQ(read->limits.memory_bytes, 5);
  EXPECT_EQ(read->limits.pids, 6);
  EXPECT_EQ(read->limits.inodes, std::nullopt);
  EXPECT_EQ(read->idle_ttl_ms, 7);
  EXPECT_EQ(read->expires_in_ms, 8);
  EXPECT_EQ(read->on_idle, "freeze");
  EXPECT_EQ(read->on_expiry, "stop");
}

TEST(create_body, nested_types_are_named_by_their_path) {
  EXPECT_EQ(read_create(R"({"limits":{"pids":"many"}})").error().message, "limits.pids: expected an integer, got a string");
  EXPECT_EQ(
    read_create(R"({"limits":{"memory":1}})").error().message,
    "unknown field limits.memory (allowed: memory_bytes, disk_bytes, inodes, pids, cpu_millis, open_files, output_bytes)");
  EXPECT_EQ(read_create(R"({"limits":{"Pids":1}})").error().code, errc::unknown_field);
  EXPECT_EQ(read_create(R"({"network":{"modes":"none"}})").error().message,
            "unknown field network.modes (allowed: mode, allow, deny)");
  EXPECT_EQ(read_create(R"({"network":"none"})").error().message, "network: expected an object, got a string");
  EXPECT_EQ(read_create(R"({"network":{"allow":[1]}})").error().message, "network.allow[0]: expected a string, got a number");
}

TEST(create_body, a_long_name_is_not_repeated_whole) {
  auto message = read_create(R"({"metadata":{")" + std::string(100'000, 'x') + R"(":1}})").error().message;
  EXPECT_LT(message.size(), 200u);
}

TEST(update_body, unknown_fields_are_named_and_nulls_remove) {
  EXPECT_EQ(read_update(R"({"network":{"modes":"x"}})").error().message,
            "unknown field network.modes (allowed: mode, allow, deny)");
  EXPECT_EQ(read_update(R"({"Metadata":{}})").error().code, errc::unknown_field);
  auto read = read_update(R"({"env":{"A":null,"B":"c"},"expires_at":"2030-01-02T03:04:05Z","extend_only":true})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->env.at("A"), std::nullopt);
  EXPECT_EQ(read->env.at("B"), "c");
  EXPECT_TRUE(read->expires_given);
  ASSERT_TRUE(read->expires_at);
  EXPECT_TRUE(read->extend_only);
  EXPECT_FALSE(read_update(R"({"expires_at":"soon"})"));
  EXPECT_FALSE(read_update(R"({"expires_at":null,"expires_in_ms":1})"));
  EXPECT_FALSE(read_update("{}")->expires_given);
}

TEST(session_answer, has_the_seeds_members_first) {
  session_info info;
  info.key = {"o", "s"};
  info.uid = "abc";
  info.counts = {{"running", "2"}, {"odd", "x"}};
  auto body = to_json(info);
  EXPECT_TRUE(to_text(body).starts_with(
    R"({"created_at":"1970-01-01T00:00:00.000Z","owner_id":"o","session_id":"s","uid":"abc","created":false,"state":"creating",)"));
  EXPECT_EQ(body["expires_at"], nullptr);
  EXPECT_EQ(body["counts"]["running"], 2);
  EXPECT_EQ(body["counts"]["odd"], "x");
  EXPECT_EQ(body["limits"], ordered_json::object());
}

TEST(session_list, the_last_page_has_no_cursor) {
  session_page page;
  EXPECT_EQ(to_text(to_json(page)), R"({"items":[],"next_cursor":null})");
  page.next_cursor = "c";
  EXPECT_EQ(to_json(page)["next_cursor"], "c");
}

TEST(shell_body, may_be_empty_but_not_unknown) {
  EXPECT_TRUE(read_open_shell(""));
  EXPECT_EQ(read_open_shell(R"({"startup":["a","b"]})")->startup, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read_open_shell(R"({"colour":1})").error().code, errc::unknown_field);
}
