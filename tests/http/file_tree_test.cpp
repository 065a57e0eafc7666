// SPDX-License-Identifier: MIT
// Archives, search and watching over REST, before a fake gateway.
#include "tests/http/live_server.hpp"
#include "tests/support/fake_transfers.hpp"

#include <gmock/gmock.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;
using testing::Not;

namespace {

class file_trees : public live_server {
protected:
  void gives(std::vector<std::string> pieces, result<std::string> end = std::string{}) {
    door.answer<read_archive>([=](const read_archive&) {
      archive_content content;
      content.bytes = std::make_shared<fake_source>(pieces, end);
      return content;
    });
  }
  static file_event_page happened(std::int64_t first, std::vector<file_event> events) {
    file_event_page page{std::move(events), first, 0};
    page.next = first + static_cast<std::int64_t>(page.items.size());
    return page;
  }
};

} // namespace

TEST_F(file_trees, go_out_as_they_come_whatever_their_length) {
  gives({"abc", "de"});
  auto one = client();
  one.send(request_text("GET", "/api/sessions/a/b/archive?path=/x&format=tar.gz")
           + request_text("HEAD", "/api/sessions/a/b/archive?path=/x")
           + "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  bool ended = false;
  const auto text = one.receive_rest(ended);
  EXPECT_THAT(text, HasSubstr("Content-Type: application/gzip\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: application/x-tar\r\n"));
  EXPECT_THAT(text, HasSubstr("Connection: keep-alive\r\n\r\nHTTP/1.1 200")) << "the head alone, then the next answer";
  EXPECT_EQ(door.calls<read_archive>(2).at(0).first.format, archive_format::tar_gz);
}

TEST_F(file_trees, that_break_off_do_not_look_whole) {
  gives({"abc"}, error{errc::session_lost, "x"});
  auto one = client();
  one.send(request_text("GET", "/api/sessions/a/b/archive?path=/x"));
  bool ended = false;
  const auto text = one.receive_rest(ended);
  EXPECT_TRUE(ended);
  EXPECT_THAT(text, HasSubstr("abc"));
  EXPECT_THAT(text, Not(HasSubstr("\r\n0\r\n")));
  door.answer<read_archive>([](const read_archive&) { return error{errc::file_not_found, "no"}; });
  EXPECT_EQ(ask("GET", "/api/sessions/a/b/archive?path=/x").status, 404);
}

TEST_F(file_trees, come_in_and_say_what_was_made) {
  const auto into = std::make_shared<sunk>();
  door.answer<write_archive>([&](const write_archive&) {
    return archive_upload{std::make_shared<fake_byte_sink<unpacked_archive>>(
                            into, 100'000, error{errc::invalid_argument, "unpack ../x: it leads out"}),
                          true, "uid", nullptr};
  });
  const auto answer = ask("PUT", "/api/sessions/a/b/archive?path=/x&links=any&create=never", "archive");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(body_of(answer), (nlohmann::json{{"files", 3}, {"bytes", 7}, {"skipped", 1}, {"session_created", true}}));
  const auto asked = door.calls<write_archive>(1).at(0).first;
  EXPECT_TRUE(asked.any_links);
  EXPECT_EQ(asked.create, "never");
  EXPECT_EQ(ask("PUT", "/api/sessions/a/b/archive?path=/x&links=all", "archive").status, 400);
  EXPECT_EQ(ask("PUT", "/api/sessions/a/b/archive?path=/x", std::string(200'000, 'x')).status, 400);
}

TEST_F(file_trees, are_searched) {
  door.answer<search_files>([](const search_files&) {
    search_page page;
    page.items = {{"a", file_type::file, 3, 2, "x\xff", {"w"}, {"y"}}, {"dir", file_type::directory, 0, 0, {}, {}, {}}};
    page.next_cursor = std::string{"a\0"
                                   "3",
                                   3};
    page.binary = 1;
    return page;
  });
  const auto page =
    body_of(ask("GET", "/api/sessions/a/b/files/search?path=/x&name=*.c&regex=x.&ignore_case=1&hidden=false&context=1&limit=5&"
                       "max_bytes=2000&cursor=YQAz"));
  EXPECT_EQ(page["items"][0]["text"], "x\uFFFD");
  EXPECT_EQ(page["items"][0]["line"], 3);
  EXPECT_FALSE(page["items"][1].contains("line"));
  EXPECT_EQ(page["next_cursor"], "YQAz");
  const auto asked = door.calls<search_files>(1).at(0).first;
  EXPECT_EQ(asked.glob, "*.c");
  EXPECT_EQ(asked.regex, "x.");
  EXPECT_TRUE(asked.ignore_case);
  EXPECT_FALSE(asked.hidden);
  EXPECT_EQ(asked.cursor, (std::string{"a\0"
                                       "3",
                                       3}));
  EXPECT_EQ(ask("GET", "/api/sessions/a/b/files/search?path=/x&context=x").status, 400);
}

TEST_F(file_trees, are_watched_by_number) {
  door.answer<watch_files>([](const watch_files& asked) {
    return happened(asked.since.value_or(10),
                    {{wire::file_change::renamed, false, "a", "b"}, {wire::file_change::created, true, "d", ""}});
  });
  const auto page = body_of(ask("GET", "/api/sessions/a/b/files/watch?path=/x&since=10&wait_ms=5&recursive"));
  EXPECT_EQ(page["items"][0],
            (nlohmann::json{{"number", 10}, {"type", "renamed"}, {"path", "a"}, {"directory", false}, {"to", "b"}}));
  EXPECT_EQ(page["items"][1]["number"], 11);
  EXPECT_EQ(page["next"], 12);
  EXPECT_TRUE(door.calls<watch_files>(1).at(0).first.recursive);
}

TEST_F(file_trees, are_watched_by_events_from_the_last_one_on) {
  std::atomic<int> calls{0};
  door.answer<watch_files>([&](const watch_files& asked) -> result<file_event_page> {
    const auto since = asked.since.value_or(0);
    if (++calls == 3)
      return error{errc::file_not_found, "watch /x: it is gone"};
    return happened(since, {{wire::file_change::written, false, "a", ""}});
  });
  auto one = client();
  one.send(request_text("GET", "/api/sessions/a/b/files/watch?path=/x&as=sse", {}, "Last-Event-ID: 6\r\nConnection: close\r\n"));
  bool ended = false;
  const auto text = one.receive_rest(ended);
  EXPECT_THAT(text, HasSubstr("event: change\nid: 7\ndata: {\"number\":7,"));
  EXPECT_THAT(text, HasSubstr("id: 8\n"));
  EXPECT_THAT(text, HasSubstr("event: error\ndata: {"));
  EXPECT_THAT(text, HasSubstr("\"code\":\"file_not_found\""));
}
