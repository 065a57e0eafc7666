// SPDX-License-Identifier: MIT
#include "protocols/json/output_json.hpp"

#include "protocols/json/json_text.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/utf8.hpp"

#include <gtest/gtest.h>
#include <random>

using namespace strata;

namespace {

journal_record record(std::int64_t offset, std::string bytes, output_stream stream = output_stream::out) {
  return {offset, stream, {}, std::move(bytes), 0};
}

ordered_json read(const output_json::item& item) { return ordered_json::parse(item.json); }

std::vector<std::string> texts(std::vector<output_json::item> items) {
  std::vector<std::string> all;
  for (const auto& item : items)
    all.push_back(read(item).contains("text") ? read(item)["text"].get<std::string>() : "b64:" + read(item).value("b64", "none"));
  return all;
}

using list = std::vector<std::string>;

} // namespace

TEST(output_json, text_where_it_is_utf8_and_base64_where_not) {
  output_json all;
  auto items = all.add(record(5, "hi\n"));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].next, 8);
  EXPECT_EQ(read(items[0])["offset"], 5);
  EXPECT_EQ(read(items[0])["stream"], "stdout");
  EXPECT_EQ(read(items[0])["time"], "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(read(items[0])["text"], "hi\n");
  EXPECT_EQ(texts(all.add(record(8, "a\xff z"))), list{"b64:Yf8geg=="});
}

TEST(output_json, does_not_tear_a_character_apart_between_records) {
  output_json all;
  EXPECT_EQ(texts(all.add(record(0, "a\xe2\x82"))), list{"a"});
  auto items = all.add(record(3, "\xac"));
  EXPECT_EQ(texts(items), list{"€"});
  EXPECT_EQ(read(items[0])["offset"], 1);
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
  auto items = all.add({1, output_stream::merged, {}, {}, 4096, gap_cause::skipped});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(read(items[1]), (ordered_json{{"offset", 1}, {"gap", 4096}, {"why", "skipped"}}));
  EXPECT_EQ(items[1].next, 4097);
}

TEST(json_text, is_what_the_library_writes) {
  std::string every;
  for (char c = 0; c >= 0 && every.size() < 128; ++c)
    every += c;
  for (const auto& text : {std::string{}, every, std::string{"ä€𝄞\u2028\x7f"}}) {
    std::string mine;
    append_json_string(mine, text);
    EXPECT_EQ(mine, to_text(text));
  }
  std::mt19937 random{7}; // NOLINT: the same every time
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    for (int n = 0; n < i; ++n)
      bytes += static_cast<char>(random() % 256);
    const auto text = replace_bad_utf8(bytes);
    std::string mine;
    append_json_string(mine, text);
    EXPECT_EQ(mine, to_text(text));
  }
}
