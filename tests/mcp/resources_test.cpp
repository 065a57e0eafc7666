// SPDX-License-Identifier: MIT
// Files and outputs as resources.
#include "protocols/mcp/resource_uri.hpp"
#include "tests/mcp/mcp_test.hpp"
#include "tests/support/fake_transfers.hpp"

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

namespace {

class mcp_resources : public mcp_test {
protected:
  json ask(const std::string& method, const json& params = json::object()) {
    return body_of(post(request(method, params), session_header()));
  }
  json read(const std::string& uri) { return ask("resources/read", {{"uri", uri}}); }
  void gives(const std::string& bytes, std::int64_t size = -1) {
    door.answer<read_file>([=](const read_file&) {
      file_content content;
      content.info.size = size < 0 ? static_cast<std::int64_t>(bytes.size()) : size;
      content.bytes = std::make_shared<fake_source>(std::vector<std::string>{bytes});
      return content;
    });
  }
};

} // namespace

TEST(resource_uris, name_files_and_outputs_exactly) {
  const session_key key{"al ice", "b/c"};
  for (const std::string path : {"/root/x", "/a b/%/ü", "~/x", "~", "/", "/bad\xff"}) {
    const auto named = parse_resource_uri(file_uri(key, path));
    ASSERT_TRUE(named) << path;
    EXPECT_TRUE(named->is_file);
    EXPECT_EQ(named->name, path);
    EXPECT_EQ(named->session.owner_id, "al ice");
    EXPECT_EQ(named->session.session_id, "b/c");
  }
  EXPECT_EQ(file_uri(key, "work/x"), "strata://al%20ice/b%2Fc/files/~/work/x"); // from the home
  const auto output = parse_resource_uri(output_uri(key, "p1-x"));
  ASSERT_TRUE(output);
  EXPECT_FALSE(output->is_file);
  EXPECT_EQ(output->name, "p1-x");
  for (const std::string uri :
       {"", "strata://", "strata://a/b", "strata://a/b/files", "strata:///b/files/x", "strata://a/b/c/x",
        "strata://a/b/processes/p1", "strata://a/b/processes/p1/input", "file:///etc/passwd", "strata://a/%zz/files/x"})
    EXPECT_FALSE(parse_resource_uri(uri)) << uri;
}

TEST_F(mcp_resources, are_told_by_templates) {
  const auto opened = body_of(post(request("initialize", {{"protocolVersion", "2025-11-25"}}), {}));
  EXPECT_TRUE(opened["result"]["capabilities"].contains("resources"));
  EXPECT_EQ(ask("resources/list")["result"]["resources"], json::array());
  EXPECT_EQ(ask("resources/templates/list")["result"]["resourceTemplates"][0]["uriTemplate"],
            "strata://{owner}/{session}/files{+path}");
}

TEST_F(mcp_resources, are_read) {
  gives("text ü");
  auto content = read("strata://a/b/files/root/x")["result"]["contents"][0];
  EXPECT_EQ(content, (json{{"uri", "strata://a/b/files/root/x"}, {"mimeType", "text/plain"}, {"text", "text ü"}}));
  const auto asked = door.calls<read_file>(1).at(0).first;
  EXPECT_EQ(asked.path, "/root/x");
  EXPECT_EQ(asked.session.key.owner_id, "a");
  gives(std::string{"\0\xff", 2});
  content = read("strata://a/b/files/~/x")["result"]["contents"][0];
  EXPECT_EQ(content["blob"], "AP8=");
  EXPECT_EQ(content["mimeType"], "application/octet-stream");
  door.answer<read_output>([](const read_output&) {
    output_page page;
    page.records.resize(2);
    page.records[0].bytes = "hello\n";
    page.records[1].gap = 5;
    return page;
  });
  EXPECT_EQ(read("strata://a/b/processes/p1/output")["result"]["contents"][0]["text"],
            "hello\n\n[... 5 bytes are missing here ...]\n");
}

TEST_F(mcp_resources, that_are_none_or_too_large_are_refused) {
  EXPECT_EQ(read("file:///etc/passwd")["error"]["code"], -32602);
  EXPECT_EQ(ask("resources/read")["error"]["code"], -32602);
  door.answer<read_file>([](const read_file&) { return error{errc::file_not_found, "read /x: no such file or directory"}; });
  const auto missing = read("strata://a/b/files/x")["error"];
  EXPECT_EQ(missing["code"], -32602);
  EXPECT_EQ(missing["data"]["uri"], "strata://a/b/files/x");
  EXPECT_THAT(missing["message"].get<std::string>(), HasSubstr("file_not_found"));
  gives("x", 2 << 20);
  EXPECT_THAT(read("strata://a/b/files/x")["error"]["message"].get<std::string>(), HasSubstr("too_large"));
}
