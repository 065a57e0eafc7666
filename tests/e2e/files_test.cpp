// SPDX-License-Identifier: MIT
// Files of a session over REST and the command line: read, written, changed and listed.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class files : public server_test {
protected:
  std::string at(const std::string& path, const std::string& query = "") const {
    return session.path() + "/files?path=" + percent_encoded(path) + query;
  }
  http_answer put(const std::string& path, const std::string& bytes, const std::string& query = "",
                  const http_headers& headers = {}) {
    return client().call("PUT", at(path, query), bytes, headers);
  }
  http_answer change(const std::string& verb, const json& how) { return client().post(session.path() + "/files/" + verb, how); }
  json listed(const std::string& path, const std::string& query = "") {
    return json::parse(client().get(session.path() + "/files/list?path=" + percent_encoded(path) + query).body);
  }
  std::vector<std::string> paths_in(const json& page) {
    std::vector<std::string> paths;
    for (const auto& each : page["items"])
      paths.push_back(each["path"]);
    return paths;
  }
};

} // namespace

TEST_F(files, are_written_read_and_seen_by_commands) {
  const auto made = put("/root/in/report.csv", "a,b\n", "&parents=true&mode=0640");
  ASSERT_TRUE(is_status(made, 201));
  EXPECT_EQ(made.json()["session_created"], true);
  EXPECT_EQ(made.json()["mode"], "0640");
  EXPECT_EQ(made.headers.at("etag"), '"' + made.json()["etag"].get<std::string>() + '"');
  EXPECT_EQ(client().output(session, "cat ~/in/report.csv; stat -c %a ~/in/report.csv"), "a,b\n640");
  client().run(session, "printf 'c,d\\n' >>~/in/report.csv");
  const auto read = client().get(at("in/report.csv"));
  EXPECT_EQ(read.body, "a,b\nc,d\n");
  EXPECT_EQ(read.headers.at("content-type"), "application/octet-stream");
  EXPECT_NE(read.headers.at("etag"), made.headers.at("etag"));
  EXPECT_TRUE(is_status(put("~/in/report.csv", "new"), 200));
  EXPECT_EQ(client().get(at("~/in/report.csv")).body, "new");
  EXPECT_TRUE(is_status(client().call("POST", at("in/report.csv"), " more"), 200));
  EXPECT_EQ(client().output(session, "cat ~/in/report.csv; stat -c %a ~/in/report.csv"), "new more640");
  EXPECT_EQ(put("/root/empty", "").json()["size"], 0);
  EXPECT_EQ(client().get(at("/root/empty")).body, "");
}

TEST_F(files, are_read_in_ranges_and_by_etag) {
  const auto etag = put("/root/ten", "0123456789").headers.at("etag");
  const auto range = [&](const std::string& which, const http_headers& more = {}) {
    http_headers headers{{"Range", which}};
    headers.insert(headers.end(), more.begin(), more.end());
    return client().call("GET", at("/root/ten"), {}, headers);
  };
  auto part = range("bytes=2-4");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 2-4/10");
  EXPECT_EQ(range("bytes=7-").body, "789");
  EXPECT_EQ(range("bytes=-3").body, "789");
  EXPECT_EQ(range("bytes=8-100").headers.at("content-range"), "bytes 8-9/10");
  EXPECT_TRUE(is_error(range("bytes=10-"), 416, "offset_out_of_range"));
  EXPECT_EQ(range("bytes=10-").headers.at("content-range"), "bytes */10");
  EXPECT_EQ(range("bytes=10-", {{"If-Range", etag}}).status, 416);
  EXPECT_EQ(range("bytes=10-", {{"If-Range", "\"other\""}}).body, "0123456789"); // of another file, which may have been longer
  for (const auto* whole : {"bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=x-"})
    EXPECT_EQ(range(whole).body, "0123456789") << whole;
  EXPECT_EQ(range("bytes=2-4", {{"If-Range", etag}}).status, 206);
  EXPECT_EQ(range("bytes=2-4", {{"If-Range", "\"other\""}}).status, 200);
  EXPECT_EQ(client().call("GET", at("/root/ten"), {}, {{"If-None-Match", "\"x\", " + etag}}).status, 304);
  EXPECT_EQ(client().call("GET", at("/root/ten"), {}, {{"If-None-Match", "\"x\""}}).status, 200);
  client().send("HEAD", at("/root/ten"));
  const auto head = client().receive(true);
  EXPECT_EQ(head.headers.at("content-length"), "10");
  EXPECT_EQ(head.headers.at("accept-ranges"), "bytes");
  EXPECT_EQ(client().get(at("/root/ten")).body, "0123456789"); // the connection goes on
}

TEST_F(files, are_written_only_under_the_conditions_asked_for) {
  const auto etag = put("/root/one", "1").headers.at("etag");
  EXPECT_TRUE(is_error(put("/root/one", "2", "", {{"If-None-Match", "*"}}), 412, "etag_mismatch"));
  EXPECT_TRUE(is_error(put("/root/one", "2", "", {{"If-Match", "\"other\""}}), 412, "etag_mismatch"));
  EXPECT_TRUE(is_error(put("/root/one", "2", "", {{"If-Match", "W/" + etag}}), 412, "etag_mismatch"));
  EXPECT_TRUE(is_error(put("/root/none", "2", "", {{"If-Match", "*"}}), 412, "etag_mismatch"));
  EXPECT_TRUE(is_error(put("/root/one", "2", "", {{"If-None-Match", etag}}), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(put("/root/one", "2", "", {{"Content-Range", "bytes 0-0/9"}}), 400, "invalid_argument"));
  EXPECT_EQ(client().get(at("/root/one")).body, "1");
  EXPECT_TRUE(is_status(put("/root/one", "2", "", {{"If-Match", "\"x\"," + etag}}), 200));
  EXPECT_TRUE(is_status(put("/root/two", "2", "", {{"If-None-Match", "*"}}), 201));
}

TEST_F(files, of_which_many_writers_race_end_as_one_of_theirs) {
  put("/root/raced", "start");
  const auto etag = json::parse(client().get(session.path() + "/files/stat?path=/root/raced").body)["etag"].get<std::string>();
  std::atomic<int> won{0};
  at_once(8, [&](int i) {
    auto own = another_client();
    const auto written =
      own.call("PUT", at("/root/raced"), std::string(300'000, static_cast<char>('a' + i)), {{"If-Match", '"' + etag + '"'}});
    won += written.status == 200 ? 1 : 0;
  });
  EXPECT_EQ(won, 1);
  const auto bytes = client().get(at("/root/raced")).body;
  EXPECT_EQ(bytes, std::string(300'000, bytes.at(0)));
}

TEST_F(files, that_break_off_are_as_they_were) {
  put("/root/kept", "old");
  {
    auto leaver = another_client();
    leaver.send_raw(
      fmt::format("PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf of it", at("/root/kept")));
    // Its writing is under way when a file beside the old one is there.
    EXPECT_TRUE(eventually([&] { return listed("/root", "&limit=1000").dump().find(".strata-") != std::string::npos; }));
  }
  EXPECT_TRUE(eventually([&] { return listed("/root", "&limit=1000").dump().find(".strata-") == std::string::npos; }));
  EXPECT_EQ(client().get(at("/root/kept")).body, "old");
}

TEST_F(files, are_changed_moved_copied_linked_and_removed) {
  put("/root/a/b/file", "text", "&parents=1");
  EXPECT_TRUE(is_status(change("mkdir", {{"path", "/root/a/c/d"}, {"parents", true}, {"mode", "0700"}}), 200));
  EXPECT_TRUE(is_error(change("mkdir", {{"path", "/root/a/c/d"}}), 409, "file_exists"));
  EXPECT_TRUE(is_status(change("copy", {{"from", "/root/a"}, {"to", "/root/copy"}}), 200));
  EXPECT_TRUE(is_status(change("move", {{"from", "/root/a/b/file"}, {"to", "/root/a/c/d/file"}}), 200));
  EXPECT_TRUE(is_error(change("move", {{"from", "/root/a/none"}, {"to", "/root/x"}}), 404, "file_not_found"));
  EXPECT_TRUE(is_error(change("copy", {{"from", "/root/a"}, {"to", "/root/a/c/in"}}), 400, "invalid_argument"));
  EXPECT_TRUE(is_status(change("symlink", {{"path", "/root/link"}, {"target", "a/c/d/file"}}), 200));
  EXPECT_EQ(client().get(at("/root/link")).body, "text");
  const auto link = json::parse(client().get(session.path() + "/files/stat?path=/root/link&follow=false").body);
  EXPECT_EQ(link["type"], "symlink");
  EXPECT_EQ(link["target"], "a/c/d/file");
  EXPECT_THAT(paths_in(listed("/root/copy", "&depth=3")), ElementsAre("b", "b/file", "c", "c/d"));
  const auto changed = client().call("PATCH", at("/root/copy/b/file"), R"({"mode":"0600","mtime":"2020-01-02T03:04:05Z"})");
  ASSERT_TRUE(is_status(changed, 200));
  EXPECT_EQ(changed.json()["mode"], "0600");
  EXPECT_EQ(changed.json()["mtime"], "2020-01-02T03:04:05.000Z");
  EXPECT_TRUE(is_error(client().call("PATCH", at("/root/copy/b/file"), R"({"mode":600})"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().call("DELETE", at("/root/copy")), 409, "not_empty"));
  EXPECT_TRUE(is_status(client().call("DELETE", at("/root/copy", "&recursive=true")), 204));
  EXPECT_TRUE(is_error(client().get(at("/root/copy/b/file")), 404, "file_not_found"));
  EXPECT_TRUE(is_error(client().get(at("/root/a")), 409, "is_a_directory"));
}

TEST_F(files, are_listed_in_pages) {
  client().run(session, "mkdir -p ~/many && cd ~/many && touch $(seq -w 1 25) .hidden $'bad\\377name'");
  std::vector<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = listed("many", "&limit=10" + (cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor)));
    for (const auto& each : paths_in(page))
      seen.push_back(each);
    cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"].get<std::string>();
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen.size(), 27U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(listed("many", "&hidden=false&limit=1000")["items"].size(), 26U);
  // A name that is no UTF-8 is told as bytes, too, and can be asked for.
  const auto last = listed("many", "&limit=1000")["items"].back();
  EXPECT_EQ(last["path"], "bad\uFFFDname");
  EXPECT_EQ(last["path_b64"], "YmFk/25hbWU=");
  EXPECT_TRUE(is_status(client().get(session.path() + "/files/stat?path=many/bad%FFname"), 200));
  EXPECT_TRUE(is_error(client().get(session.path() + "/files/list?path=/etc/hostname"), 409, "not_a_directory"));
  EXPECT_TRUE(is_error(client().get(session.path() + "/files/list?path=many&cursor=%21"), 400, "invalid_argument"));
}

TEST_F(files, are_edited_all_or_nothing) {
  put("/root/code", "one\ntwo\ntwo\n");
  EXPECT_TRUE(is_error(change("edit", {{"path", "code"}, {"edits", {{{"old", "three"}, {"new", ""}}}}}), 422, "edit_not_found"));
  const auto twice =
    change("edit", {{"path", "code"}, {"edits", {{{"old", "one"}, {"new", "1"}}, {{"old", "two"}, {"new", "2"}}}}});
  EXPECT_TRUE(is_error(twice, 422, "edit_ambiguous"));
  EXPECT_EQ(twice.json()["count"], 2);
  EXPECT_EQ(twice.json()["lines"], "2, 3");
  EXPECT_EQ(client().get(at("code")).body, "one\ntwo\ntwo\n");
  const auto done = change(
    "edit", {{"path", "code"}, {"edits", {{{"old", "one"}, {"new", "1"}}, {{"old", "two"}, {"new", "2"}, {"all", true}}}}});
  ASSERT_TRUE(is_status(done, 200));
  EXPECT_EQ(done.json()["replaced"], 3);
  EXPECT_EQ(client().get(at("code")).body, "1\n2\n2\n");
}

TEST_F(files, are_there_when_nothing_else_is) {
  put("/root/kept", "still here");
  client().run(session, "rm -rf /bin /lib /lib64 /sbin /etc; echo gone");
  EXPECT_EQ(client().get(at("/root/kept")).body, "still here");
  EXPECT_TRUE(is_status(put("/bin/note", "back", "&parents=true"), 201));
  EXPECT_FALSE(paths_in(listed("/bin")).empty());
}

TEST_F(files, are_refused_with_what_is_wrong) {
  EXPECT_TRUE(is_error(client().get(at("/root")), 404, "session_not_found")); // looking makes none
  EXPECT_TRUE(is_error(put("/root/x", "x", "&create=never"), 404, "session_not_found"));
  put("/root/x", "x");
  EXPECT_TRUE(is_error(client().get(session.path() + "/files"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(put(std::string(5000, 'x'), "x"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(put("/root/a/b", "x"), 404, "file_not_found"));
  EXPECT_TRUE(is_error(put("/root/x/b", "x"), 409, "not_a_directory"));
  EXPECT_TRUE(is_error(put("/root", "x"), 409, "is_a_directory"));
  EXPECT_TRUE(is_error(put("/run/strata/x", "x"), 403, "permission_denied"));
  EXPECT_TRUE(is_error(put("/root/x", "x", "&mode=9"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(put("/root/x", "x", "&user=nobody-knows"), 422, "user_not_found"));
  EXPECT_TRUE(is_error(client().get(at("/dev/zero")), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().get(session.path() + "/files/list?path=/root&depth=99"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(change("edit", {{"path", "/root/x"}, {"edits", json::array()}}), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(change("move", {{"from", "/root/x"}, {"to", "/root/y"}, {"colour", "red"}}), 400, "unknown_field"));
}

TEST_F(files, that_are_changed_under_an_idempotency_key_are_changed_once) {
  put("/root/a", "a");
  const json move{{"from", "/root/a"}, {"to", "/root/b"}};
  const http_headers key{{"Idempotency-Key", "once"}};
  const auto first = client().call("POST", session.path() + "/files/move", move.dump(), key);
  const auto again = client().call("POST", session.path() + "/files/move", move.dump(), key);
  EXPECT_TRUE(is_status(first, 200));
  EXPECT_EQ(again.body, first.body);
}

TEST_F(files, whose_bytes_come_twice_under_an_idempotency_key_are_written_once) {
  const http_headers key{{"Idempotency-Key", "append"}};
  const auto add = [&](const std::string& bytes) {
    return client().call("POST", session.path() + "/files?path=/root/log", bytes, key);
  };
  const std::string line(100'000, 'x'); // longer than what is taken in one piece
  const auto first = add(line);
  EXPECT_TRUE(is_status(first, 201));
  const auto again = add(line);
  EXPECT_TRUE(is_status(again, 201));
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(client().output(session, "wc -c < /root/log"), "100000");
  EXPECT_TRUE(is_error(add(line + "y"), 422, "idempotency_mismatch"));
  EXPECT_EQ(client().output(session, "wc -c < /root/log"), "100000");
}

TEST_F(files, go_in_and_out_by_the_command_line) {
  const auto run = [&](const std::string& line) {
    return shell(fmt::format("strata() {{ {} \"$@\"; }}; d=$(mktemp -d); cd $d; {}; cd /; rm -rf $d", server_binary(), line),
                 {{"STRATA_ADDR", fmt::format("127.0.0.1:{}", server().port())}, {"STRATA_CONFIG", "/dev/null"}})
      .text;
  };
  EXPECT_EQ(
    run("head -c 3000000 /dev/urandom >in; chmod 640 in; strata cp in alice/build:/tmp/ && strata cp alice/build:/tmp/in out"
        " && cmp in out && stat -c %a out; strata exec alice/build -- stat -c %a /tmp/in; ls"),
    "640\n640\nin\nout\n");
  EXPECT_EQ(
    run("printf hello | strata write --parents --mode 600 alice/build a/b; printf ' you' | strata write --append alice/build a/b;"
        "strata cat alice/build a/b"),
    "hello you");
  EXPECT_THAT(run("strata files alice/build a"), testing::MatchesRegex("0600 +0 +0 +9 .* b\n"));
  EXPECT_THAT(run("strata files alice/build --depth 2 --json"), HasSubstr("\"path\": \"a/b\""));
  EXPECT_EQ(run("strata cp alice/build:/tmp/none here 2>&1; echo $?; ls; strata cp a b 2>&1 | tail -c 12"),
            "strata: read /tmp/none: no such file or directory\n1\nther is not\n");
  EXPECT_EQ(run("mkdir to; printf x | strata write alice/build /tmp/x; strata cp alice/build:/tmp/x to; cat to/x"), "x");
}

} // namespace strata::test
