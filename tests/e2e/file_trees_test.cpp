// SPDX-License-Identifier: MIT
// Trees of a session: in and out as archives, searched, watched.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

class file_trees : public server_test {
protected:
  std::string at(const std::string& verb, const std::string& path, const std::string& query = "") const {
    return session.path() + verb + "?path=" + percent_encoded(path) + query;
  }
  /// Lines for a shell in a directory of its own; `$S` is the session's URL, `strata` the command.
  std::string run(const std::string& lines) {
    return shell(fmt::format("strata() {{ {} \"$@\"; }}; S=http://127.0.0.1:{}{}; d=$(mktemp -d); cd $d; {}; cd /; rm -rf $d",
                             server_binary(), server().port(), session.path(), lines),
                 {{"STRATA_ADDR", fmt::format("127.0.0.1:{}", server().port())}, {"STRATA_CONFIG", "/dev/null"}})
      .text;
  }
};

} // namespace

TEST_F(file_trees, go_in_and_out_by_curl) {
  EXPECT_EQ(
    run(
      "mkdir -p src/sub; printf one >src/a; printf two >src/sub/b; ln -s ../a src/sub/link; chmod 750 src/sub/b;"
      "tar c src | curl -sf -T - \"$S/archive?path=/root/work\"; echo;"
      "curl -sf \"$S/archive?path=/root/work/src\" | (mkdir out && tar x -C out) && diff -r --no-dereference src out && echo same;"
      "curl -sf -o all.zip \"$S/archive?path=/root/work&format=zip\" && python3 -B -m zipfile -l all.zip | grep -c src/sub/b;"
      "curl -sf \"$S/archive?path=/root/work&format=tar.gz\" | tar tz | sort | head -2"),
    "{\"files\":5,\"bytes\":6,\"skipped\":0,\"session_created\":true}\nsame\n1\nsrc/\nsrc/a\n");
  EXPECT_EQ(client().output(session, "cat work/src/sub/link; stat -c '%a %U' work/src/sub/b"), "one750 root");
}

TEST_F(file_trees, that_are_hostile_are_refused_with_a_reason) {
  EXPECT_THAT(run("mkdir d; tar cP --transform 's,^d,../../etc,' d | curl -s -T - \"$S/archive?path=/root/in\""),
              HasSubstr("leads out of the directory"));
  EXPECT_THAT(run("ln -s /etc/passwd l; tar c l | curl -s -T - \"$S/archive?path=/root/in\""), HasSubstr("l -> /etc/passwd"));
  EXPECT_THAT(run("ln -s /etc/passwd l; tar c l | curl -s -T - \"$S/archive?path=/root/in&links=any\""),
              HasSubstr("\"files\":1"));
  EXPECT_THAT(run("head -c 1000 /dev/urandom | curl -s -T - \"$S/archive?path=/root/in\""), HasSubstr("invalid_argument"));
  EXPECT_TRUE(is_error(client().get(at("/archive", "/root/none")), 404, "file_not_found"));
  EXPECT_TRUE(is_error(client().get(at("/archive", "/root/in", "&format=rar")), 400, "invalid_argument"));
}

TEST_F(file_trees, go_in_and_out_by_the_command_line) {
  EXPECT_EQ(
    run(
      "mkdir -p \"it's/sub\"; printf one >\"it's/a\"; ln -s /nowhere \"it's/sub/l\"; chmod 700 \"it's/sub\";"
      "strata cp -r \"it's\" alice/build:/tmp/; strata cp -r \"alice/build:/tmp/it's\" back && diff -r --no-dereference \"it's\" back;"
      "strata exec alice/build -- ls -A /tmp; strata cp \"alice/build:/tmp/it's\" - | tar t | sort; stat -c %a back/sub;"
      "rm back/sub/l; tar c back | strata cp - alice/build:new/dir; strata exec alice/build -- cat new/dir/back/a"),
    "it's\na\nsub/\nsub/l\n700\none");
  EXPECT_EQ(run("strata cp -r none alice/build:/tmp 2>&1; mkdir d; strata cp d alice/build:/tmp 2>&1;"
                "strata cp -r alice/build:/etc/hostname . 2>&1"),
            "strata: open none: no such file or directory\n"
            "strata: copy d: it is a directory (-r copies it with all that is in it)\n"
            "strata: copy /etc/hostname: it is not a directory (a file is copied without -r)\n");
}

TEST_F(file_trees, of_many_files_go_in_and_out) {
  // A hundred thousand through the optimised server as root, a tenth of it elsewhere.
  const int count = as_root() && std::getenv("STRATA_E2E_SERVER") != nullptr ? 100'000 : 10'000;
  const auto python = fmt::format("python3 -B {}/many_files.py", STRATA_E2E_SOURCES);
  EXPECT_EQ(run(fmt::format(
              "{0} make {1} | curl -sf -T - \"$S/archive?path=/root/many\"; echo; curl -sf \"$S/archive?path=/root/many\" | "
              "{0} check {1}",
              python, count)),
            fmt::format("{{\"files\":{},\"bytes\":{},\"skipped\":0,\"session_created\":true}}\nok\n", count, 6 * count));
  client().call("DELETE", session.path() + "?wait=files"); // so many take longer than a server that stops has patience
}

TEST_F(file_trees, are_searched) {
  client().run(
    session, "mkdir -p src/.git; printf 'a\nint needle;\n' >src/x.c; printf 'needle\n' >src/.git/y; printf '\\0needle' >src/bin");
  const auto found = json::parse(client().get(at("/files/search", "src", "&text=needle&hidden=false")).body);
  ASSERT_EQ(found["items"].size(), 1U);
  EXPECT_EQ(found["items"][0]["path"], "x.c");
  EXPECT_EQ(found["items"][0]["line"], 2);
  EXPECT_EQ(found["items"][0]["column"], 5);
  EXPECT_EQ(found["binary"], 1);
  EXPECT_EQ(json::parse(client().get(at("/files/search", "src", "&name=*.c")).body)["items"].size(), 1U);
  EXPECT_TRUE(is_error(client().get(at("/files/search", "src", "&regex=(")), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().get(at("/files/search", "none", "&text=x")), 404, "file_not_found"));
}

TEST_F(file_trees, tell_what_happens_to_them) {
  client().run(session, "mkdir -p w/sub");
  auto since = json::parse(client().get(at("/files/watch", "w", "&recursive")).body)["next"].get<std::int64_t>();
  client().run(session, "echo 1 >w/sub/a; mv w/sub/a w/b; rm w/b");
  std::vector<std::string> seen;
  while (seen.empty() || seen.back() != "removed b") {
    const auto page =
      json::parse(client().get(at("/files/watch", "w", fmt::format("&recursive&wait_ms=20000&since={}", since))).body);
    ASSERT_FALSE(page["items"].empty());
    for (const auto& each : page["items"]) {
      const auto text = each["type"].get<std::string>() + " " + each["path"].get<std::string>();
      if (seen.empty() || seen.back() != text) // one write may be told as several
        seen.push_back(text);
    }
    since = page["next"].get<std::int64_t>();
  }
  EXPECT_THAT(seen, testing::ElementsAre("created sub/a", "written sub/a", "renamed sub/a", "removed b"));
  const auto first = R"(python3 -B -c 'import sys, urllib.request as u
for line in u.urlopen(u.Request(sys.argv[1], headers={"Last-Event-ID": sys.argv[2]}), timeout=30):
    if line.startswith(b"id:"):
        print(line.decode(), end="")
        break' "$S/files/watch?path=w&recursive&as=sse" )";
  EXPECT_EQ(run(first + std::to_string(since - 3)), fmt::format("id: {}\n", since - 2));
  EXPECT_TRUE(is_error(client().get(at("/files/watch", "none")), 404, "file_not_found"));
}

} // namespace strata::test
