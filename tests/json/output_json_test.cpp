// SPDX-License-Identifier: MIT
#include "protocols/json/output_json.hpp"

#include <gtest/gtest.h>

using namespace strata;

namespace {

journal_record record(std::int64_t offset, std::string bytes, output_stream stream = output_stream::out) {
  return {offset, stream, {}, std::move(bytes), 0};
}

std::vector<std::string> texts(std::vector<output_json::item> items) {
  std::vector<std::string> all;
  for (const auto& item : items)
    all.push_back(item.record.contains("text") ? item.record["text"].get<std::string>()
                                               : "b64:" + item.record.value("b64", "none"));
  return all;
}

using list = std::vector<std::string>;

} // namespace

TEST(output_json, text_where_it_is_utf8_and_base64_where_not) {
  output_json all;
  auto items = all.add(record(5, "hi\n"));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].next, 8);
  EXPECT_EQ(items[0].record["offset"], 5);
  EXPECT_EQ(items[0].record["stream"], "stdout");
  EXPECT_EQ(items[0].record["time"], "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(items[0].record["text"], "hi\n");
  EXPECT_EQ(texts(all.add(record(8, "a\xff z"))), list{"b64:Yf8geg=="});
}

TEST(output_json, does_not_tear_a_character_apart_between_records) {
  output_json all;
  EXPECT_EQ(texts(all.add(record(0, "a\xe2\x82"))), list{"a"});
  auto items = all.add(record(3, "\xac"));
  EXPECT_EQ(texts(items), list{"€"});
  EXPECT_EQ(items[0].record["offset"], 1);
  EXPECT_EQ(items[0].next, 4);
  EXPECT_TRUE(all.add(record(4, "\xf0")).empty());
  EXPECT_EQ(texts(all.finish()), list{"b64:8A=="});
  EXPECT_TRUE(all.finish().empty());
}

TEST(output_json, does_not_join_what_another_stream_came_between) {
  output_json all;
  EXPECT_TRUE(all.add(record(0, "\xe2\x82")).empty());
  EXPECT_EQ(texts(all.add(record(2, "err", output_stream::err))), (list{"b64:4oI=", "err"}));
  EXPECT_EQ(texts(all.add(record(5, "\xac"))), list{"b64:rA=="});
}

TEST(output_json, tells_a_gap) {
  output_json all;
  EXPECT_TRUE(all.add(record(0, "\xe2")).empty());
  auto items = all.add({1, output_stream::merged, {}, {}, 4096});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1].record, (ordered_json{{"offset", 1}, {"gap", 4096}, {"why", "skipped"}}));
  EXPECT_EQ(items[1].next, 4097);
}
