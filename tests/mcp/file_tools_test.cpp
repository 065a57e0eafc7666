// SPDX-License-Identifier: MIT
// The tools about files.
#include "protocols/mcp/tools/numbered_lines.hpp"
#include "tests/mcp/mcp_test.hpp"
#include "tests/support/fake_transfers.hpp"

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

std::string numbered(const std::vector<std::string>& pieces, std::int64_t first = 1, std::int64_t most = 1000,
                     std::size_t budget = 1000) {
  numbered_lines lines{first, most, budget};
  for (const auto& each : pieces)
    lines.add(each);
  return lines.text() + (lines.is_cut() ? "|cut" : "") + "|" + std::to_string(lines.last()) + "/" + std::to_string(lines.total());
}

class mcp_file_tools : public mcp_test {
protected:
  json call(const std::string& tool, json arguments) {
    arguments.update({{"owner_id", "a"}, {"session_id", "b"}});
    return call_older(tool, std::move(arguments));
  }
  void gives(std::vector<std::string> pieces) {
    door.answer<read_file>([=](const read_file& asked) {
      file_content content;
      content.info.path = asked.path;
      content.info.etag = "e1";
      for (const auto& each : pieces)
        content.info.size += static_cast<std::int64_t>(each.size());
      content.bytes = std::make_shared<fake_source>(pieces);
      return content;
    });
  }
};

} // namespace

TEST(numbered_lines, are_those_asked_for) {
  EXPECT_EQ(numbered({"a\nb", "b\n", "c"}), "     1\ta\n     2\tbb\n     3\tc|3/3");
  EXPECT_EQ(numbered({"a\nb\nc\n"}, 2, 1), "     2\tb\n|cut|2/3");
  EXPECT_EQ(numbered({"a\nb\nc\n"}, 2, 2), "     2\tb\n     3\tc\n|3/3");
  EXPECT_EQ(numbered({"a\n"}, 5), "|0/1");
  EXPECT_EQ(numbered({}), "|0/0");
  EXPECT_EQ(numbered({"\n\n"}), "     1\t\n     2\t\n|2/2");
}

TEST(numbered_lines, stay_within_their_budget) {
  EXPECT_EQ(numbered({"aaaa\nbbbb\n"}, 1, 1000, 13), "     1\taaaa\n|cut|1/2");
  EXPECT_EQ(numbered({std::string(100, 'x'), "x\nnext\n"}, 1, 1000, 10), "     1\txxx\n|cut|1/2");
}

TEST_F(mcp_file_tools, read_text_by_lines) {
  gives({"one\ntw", "o\nthree\n"});
  const auto read = call("file_read", {{"path", "/x"}, {"offset_line", 2}, {"limit_lines", 1}});
  EXPECT_EQ(read["isError"], false);
  EXPECT_EQ(read["content"][0]["text"], "     2\ttwo\n");
  EXPECT_THAT(read["content"][1]["text"].get<std::string>(), HasSubstr("offset_line=3"));
  const auto& told = read["structuredContent"];
  EXPECT_EQ(told["total_lines"], 3);
  EXPECT_EQ(told["etag"], "e1");
  EXPECT_EQ(told["cut"], true);
  EXPECT_EQ(call("file_read", {{"path", "/x"}})["content"].size(), 1U);
  EXPECT_EQ(call("file_read", {{"path", "/x"}, {"max_bytes", 0}})["isError"], true);
}

TEST_F(mcp_file_tools, show_images_and_no_other_bytes) {
  const std::string png = std::string("\x89PNG\r\n\x1a\n\0\0", 10);
  gives({png});
  const auto image = call("file_read", {{"path", "/x.png"}});
  EXPECT_EQ(image["content"][0], (json{{"type", "image"}, {"data", "iVBORw0KGgoAAA=="}, {"mimeType", "image/png"}}));
  EXPECT_EQ(image["structuredContent"]["media_type"], "image/png");
  gives({std::string("a\0b", 3)});
  const auto binary = call("file_read", {{"path", "/x"}});
  EXPECT_EQ(binary["structuredContent"]["media_type"], "application/octet-stream");
  EXPECT_FALSE(binary["structuredContent"].contains("text"));
  gives(std::vector<std::string>(17, png + std::string(64 << 10, 'x'))); // beyond what is shown
  EXPECT_EQ(call("file_read", {{"path", "/x"}})["content"][0]["type"], "text");
  gives({"\xe2\x82", "\xac half a character at the seam\n"});
  EXPECT_THAT(call("file_read", {{"path", "/x"}})["content"][0]["text"].get<std::string>(), HasSubstr("€ half"));
}

TEST_F(mcp_file_tools, write_at_once_with_the_directories_above) {
  auto into = std::make_shared<sunk>();
  door.answer<write_file>([into](const write_file&) {
    return file_upload{std::make_shared<fake_sink>(into, 100, error{errc::disk_full, "no space"}), true, "uid", nullptr};
  });
  const auto written = call("file_write", {{"path", "/x"}, {"content", "héllo"}, {"mode", "0600"}, {"if_match", "e0"}});
  EXPECT_EQ(written["structuredContent"]["bytes"], 6);
  EXPECT_EQ(written["structuredContent"]["session_created"], true);
  EXPECT_EQ(into->bytes, "héllo");
  const auto asked = door.calls<write_file>(1).at(0).first;
  EXPECT_TRUE(asked.parents);
  EXPECT_EQ(asked.mode->bits, 0600);
  EXPECT_EQ(asked.if_match, std::vector<std::string>{"e0"});
  into->bytes.clear();
  EXPECT_EQ(call("file_write", {{"path", "/x"}, {"content_b64", "AP8="}})["isError"], false);
  EXPECT_EQ(into->bytes, std::string("\0\xff", 2));
  for (const auto& wrong : {json{{"path", "/x"}}, json{{"path", "/x"}, {"content", ""}, {"content_b64", ""}},
                            json{{"path", "/x"}, {"content_b64", "?"}}, json{{"path", "/x"}, {"content", ""}, {"mode", "9"}}})
    EXPECT_EQ(call("file_write", wrong)["isError"], true) << wrong;
  const auto full = call("file_write", {{"path", "/x"}, {"content", std::string(200, 'x')}});
  EXPECT_THAT(full["content"][0]["text"].get<std::string>(), StartsWith("disk_full: "));
}

TEST_F(mcp_file_tools, edit_and_show_what_changed) {
  door.answer<edit_file>([](const edit_file&) {
    edited_file edited;
    edited.info.path = "/x";
    edited.replaced = 1;
    edited.hunks = {{7, "old\nlines", "new"}};
    return edited;
  });
  const auto done = call("file_edit", {{"path", "/x"}, {"edits", {{{"old", "a"}, {"new", "b"}, {"all", true}}}}});
  EXPECT_EQ(done["content"][0]["text"], "@@ line 7 @@\n-old\n-lines\n+new\n");
  EXPECT_EQ(done["structuredContent"]["replaced"], 1);
  EXPECT_TRUE(door.calls<edit_file>(1).at(0).first.edits.at(0).all);
  EXPECT_EQ(call("file_edit", {{"path", "/x"}, {"edits", {{{"olde", "a"}, {"new", "b"}}}}})["isError"], true);
}

TEST_F(mcp_file_tools, list_a_page) {
  door.answer<list_files>([](const list_files&) {
    file_page page;
    page.items.resize(2);
    page.items[0].path = "d";
    page.items[0].type = file_type::directory;
    page.items[0].mode = 0755;
    page.items[1].path = "d/\xff";
    page.items[1].type = file_type::file;
    page.next_cursor = "d/\xff";
    return page;
  });
  const auto page = call("file_list", {{"path", "/"}, {"depth", 2}});
  EXPECT_THAT(page["content"][0]["text"].get<std::string>(), StartsWith("0755          0 d/\n"));
  EXPECT_EQ(page["structuredContent"]["items"][1]["path_b64"], "ZC//");
  call("file_list", {{"path", "/"}, {"cursor", page["structuredContent"]["next_cursor"]}});
  EXPECT_EQ(door.calls<list_files>(2).at(1).first.cursor, "d/\xff");
}

TEST_F(mcp_file_tools, search_as_grep_shows_it) {
  door.answer<search_files>([](const search_files&) {
    search_page page;
    page.items = {{"a.c", file_type::file, 3, 2, "an x", {"two"}, {"four"}}, {"b.c", file_type::file, 1, 1, "x", {}, {}}};
    page.next_cursor = "more";
    page.unreadable = 2;
    return page;
  });
  const auto found = call("file_search", {{"path", "/"}, {"text", "x"}, {"glob", "*.c"}, {"context", 1}});
  EXPECT_EQ(found["content"][0]["text"], "a.c-2-two\na.c:3:an x\na.c-4-four\n--\nb.c:1:x\n");
  EXPECT_THAT(found["content"][1]["text"].get<std::string>(), HasSubstr("next_cursor"));
  EXPECT_EQ(found["structuredContent"]["items"][0]["before"], json{"two"});
  EXPECT_EQ(door.calls<search_files>(1).at(0).first.glob, "*.c");
  EXPECT_EQ(call("file_search", {{"path", "/"}, {"pattern", "x"}})["isError"], true);
}

TEST_F(mcp_file_tools, name_what_is_no_text_as_a_resource) {
  gives({std::string{"\0\1", 2}});
  const auto read = call("file_read", {{"path", "/tmp/a b"}});
  EXPECT_EQ(read["content"][1]["type"], "resource_link");
  EXPECT_EQ(read["content"][1]["uri"], "strata://a/b/files/tmp/a%20b");
  EXPECT_EQ(read["content"][1]["size"], 2);
}
