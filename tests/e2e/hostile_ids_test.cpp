// SPDX-License-Identifier: MIT
// clang-format off
// An id is a name and nothing else: it never reaches a path, a shell or a mount option.
#include "tests/e2e/server_test.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace strata::test {

namespace {

const std::vector<std::string> hostile{"../x",     ".",        "..",         "a/b",   "a:b",        "rootfs",        "x;touch${IFS}y", "x,lowerdir=.",
                                       "x,upperdir=/", "$(id)",    "`id`",       "a\\b",  "-rf",        "--bind",        "%2e%2e",         "a b",
                                       "'",        "\"",       "*",          "~",     "sessions",   "trash",         "base",           ".lock",
                                       "ctl.sock", "ä€𝄞",      std::string(128, 'x'), "x:0:0", "CON",        "a\\x00b",        "/etc/passwd",    "//"};

class hostile_ids : public server_test {
protected:
  /// What lies beside and in the session root, without what the sessions themselves are.
  std::vector<std::string> surroundings() {
    std::vector<std::string> found;
    for (const auto& directory : {server().session_root().parent_path(), server().session_root(), std::filesystem::current_path()})
      for (const auto& entry : std::filesystem::directory_iterator{directory})
        found.push_back(entry.path().string());
    std::sort(found.begin(), found.end());
    return found;
  }
};

TEST_F(hostile_ids, each_is_refused_or_gets_a_session_of_its_own) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  const auto before = surroundings();
  std::vector<session_name> made;
  for (const auto& id : hostile)
    for (const auto& name : {session_name{id, "s"}, session_name{"o", id}}) {
      auto answer = client().create(name);
      ASSERT_TRUE(answer.status == 200 || answer.status == 400) << id << ": " << answer.body;
      if (answer.status != 200)
        continue;
      EXPECT_EQ(answer.json()["created"], true) << id << " shares a session";
      EXPECT_EQ(answer.json()["owner_id"], name.owner);
      EXPECT_EQ(answer.json()["session_id"], name.session);
      EXPECT_EQ(client().output(name, fmt::format("ls /root /tmp; echo {} >/root/mine; echo {} >/tmp/mine", made.size(), made.size())), "/root:\n\n/tmp:") << id;
      made.push_back(name);
      if (made.size() % 16 == 0) { // a few live ones are enough; keep within the limit of the server
        for (std::size_t i = made.size() - 16; i < made.size(); ++i) {
          EXPECT_EQ(client().output(made[i], "cat /root/mine /tmp/mine", {{"create", "never"}}), fmt::format("{}\n{}", i, i));
          EXPECT_TRUE(is_status(client().remove(made[i]), 200));
        }
      }
    }
  EXPECT_GT(made.size(), hostile.size()) << "most of them are ordinary names";
  EXPECT_EQ(surroundings(), before);
  EXPECT_EQ(client().output(session, "echo alive", {{"create", "never"}}), "alive");
}

} // namespace

} // namespace strata::test
