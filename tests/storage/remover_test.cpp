// SPDX-License-Identifier: MIT
#include "isolation/remover_process.hpp"

#include "isolation/removal.hpp"
#include "tests/storage/scratch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class remover : public testing::Test {
protected:
  std::string remove(const std::string& name, const id_range& range, std::chrono::milliseconds patience = 60s) {
    const auto before = open_descriptors();
    const auto removed = remove_tree_as(tools, place.fd(), name, range, patience);
    EXPECT_EQ(before, open_descriptors());
    EXPECT_EQ(-1, ::waitpid(-1, nullptr, WNOHANG)) << "a child is left";
    return removed ? "" : removed.error().message;
  }
  void script(const std::string& text) {
    place.write("script", "#!/bin/sh\n" + text);
    fs::permissions(place.path() / "script", fs::perms::owner_all);
    tools.remover = (place.path() / "script").string();
  }

  scratch place;
  removal_tools tools = remover_of_this_build();
};

class remover_of_subordinate_ids : public remover {
protected:
  void SetUp() override {
    ids = ids_of_this_user();
    if (ids.kind != id_map_kind::subid_range)
      GTEST_SKIP() << "this user has no subordinate ids, hence no need of the remover";
    fs::create_directories(place.path() / "t/files");
    fs::permissions(place.path() / "t", fs::perms::owner_all);
    fs::permissions(place.path() / "t/files", fs::perms::all);
    place.write("t/ids");
    fill_as_session(place.path() / "t/files", ids);
  }

  id_map ids;
  canary bird;
};

TEST_F(remover_of_subordinate_ids, deletes_what_its_user_could_not) {
  EXPECT_FALSE(remove_tree(place.fd(), "t"));
  ASSERT_TRUE(fs::exists(place.path() / "t/files"));
  EXPECT_EQ("", remove("t", ids.range));
  EXPECT_FALSE(fs::exists(place.path() / "t"));
  EXPECT_EQ("", remove("t", ids.range)) << "and again";
}

TEST_F(remover_of_subordinate_ids, follows_no_link) {
  const auto link =
    fmt::format("cd {}/t/files/u0 && ln -s {} bird && ln -s ../../../../{} up && chown -h 1:1 bird up && test -f up/file",
                place.path().string(), bird.path().string(), bird.path().filename().string());
  ASSERT_EQ("", on_host(link));
  EXPECT_EQ("", remove("t", ids.range));
  EXPECT_FALSE(fs::exists(place.path() / "t"));
  bird.expect_untouched();
}

TEST_F(remover_of_subordinate_ids, goes_down_deep) {
  ASSERT_EQ(
    "", on_host(fmt::format("cd {}/t/files && for i in $(seq 300); do mkdir -m 0700 d && chown 1:1 d && cd -P ./d || exit; done",
                            place.path().string())));
  EXPECT_EQ("", remove("t", ids.range));
  EXPECT_FALSE(fs::exists(place.path() / "t"));
}

TEST_F(remover_of_subordinate_ids, has_no_others) {
  const auto text = remove("t", {ids.range.first + ids.range.count, 65536});
  EXPECT_THAT(text, HasSubstr("map ids with")) << "and what the mapper said:";
  EXPECT_THAT(text, HasSubstr("newuidmap"));
  EXPECT_TRUE(fs::exists(place.path() / "t/files/u0/link") || fs::is_symlink(place.path() / "t/files/u0/link"));
}

TEST_F(remover_of_subordinate_ids, takes_no_path) {
  EXPECT_THAT(remove(fmt::format("../{}", bird.path().filename().string()), ids.range), HasSubstr("invalid argument"));
  bird.expect_untouched();
}

TEST_F(remover, says_what_is_wrong_with_its_order) {
  EXPECT_THAT(remove("t", {0, 65536}), HasSubstr("remove: no id or count: 0"));
  EXPECT_THAT(remove("t", {100000, 0}), HasSubstr("remove: no id or count: 0"));
}

TEST_F(remover, is_missed) {
  tools.remover = "";
  EXPECT_THAT(remove("t", {100000, 65536}), HasSubstr("no strata-remover on this host"));
  tools.remover = "/nonexistent/remover";
  EXPECT_EQ("start remover /nonexistent/remover: no such file or directory", remove("t", {100000, 65536}));
  tools.newuidmap = "";
  EXPECT_THAT(remove("t", {100000, 65536}), HasSubstr("(install the package uidmap)"));
}

TEST_F(remover, is_killed_when_it_does_not_end) {
  script("exec sleep 1000");
  EXPECT_EQ("remove t: strata-remover has not ended within 200 ms", remove("t", {100000, 65536}, 200ms));
}

TEST_F(remover, has_its_words_bounded_and_its_status_told) {
  script("yes 'no \033[31m' | head -c 1000000; exit 3");
  const auto text = remove("t", {100000, 65536});
  EXPECT_LE(text.size(), 4096U);
  EXPECT_THAT(text, testing::StartsWith("no \\x1b[31m; no"));
  script("kill -9 $$");
  EXPECT_EQ("remove t: strata-remover ended with status 137", remove("t", {100000, 65536}));
}

TEST_F(remover, gets_nothing_but_its_descriptors) {
  const unique_fd leak{::fcntl(place.fd(), F_DUPFD, 20)}; // not close-on-exec
  // 10: where the shell has its script open.
  script("n=0; while [ $n -lt 64 ]; do [ $n -ne 10 ] && [ -e /proc/$$/fd/$n ] && printf '%s ' $n; n=$((n+1)); done\n"
         "unset PWD OLDPWD SHLVL _; env; exit 1");
  EXPECT_EQ("0 1 2 3 PATH=/usr/sbin:/usr/bin:/sbin:/bin", remove("t", {100000, 65536}));
}

} // namespace
} // namespace strata::test
