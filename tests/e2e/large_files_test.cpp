// SPDX-License-Identifier: MIT
// Files of any size go in and out byte-exact while the server's memory stays as it was.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <random>

namespace strata::test {

namespace {

const bool optimised = std::getenv("STRATA_E2E_SERVER") != nullptr;

class large_files : public server_test {
protected:
  /// Four gibibytes through the optimised server as root; less through the sanitized one, and less for each plain user.
  static std::int64_t bytes() {
    if (!optimised)
      return 256 << 20;
    return as_root() ? std::int64_t{4} << 30 : 512 << 20;
  }
  /// What the server has needed more than `before`. The sanitizer keeps what is freed for a while, so it tells nothing there.
  void expect_flat(std::int64_t before) {
    if (optimised) {
      EXPECT_LT(server().peak_kib() - before, 32 * 1024);
    }
  }
  /// Lines for a shell in a directory with a random file `in`; `$S` is the session's URL.
  std::string run(const std::string& lines) {
    return shell(
             fmt::format("S=http://127.0.0.1:{}{}; d=$(mktemp -d); cd $d; head -c {} /dev/zero | openssl enc -aes-128-ctr -K 0{} "
                         "-iv 0 2>/dev/null >in; {}; cd /; rm -rf $d",
                         server().port(), session.path(), bytes(), std::random_device{}() % 9 + 1, lines))
      .text;
  }
};

} // namespace

TEST_F(large_files, go_in_and_out_in_memory_that_does_not_grow) {
  client().run(session, "true");
  run(
    "head -c 20000000 in | curl -sf -T - -o /dev/null \"$S/files?path=/root/small\"; curl -sf -o /dev/null \"$S/files?path=/root/small\"");
  const auto before = server().peak_kib();
  EXPECT_EQ(
    run(
      "curl -sf -T in -o /dev/null \"$S/files?path=/root/large\"; curl -sf \"$S/files?path=/root/large\" | cmp - in && echo same"),
    "same\n");
  // A connection of its own: the first one has been idle for so long that the server may have closed it.
  EXPECT_EQ(another_client().output(session, "stat -c %s large"), std::to_string(bytes()));
  expect_flat(before);
}

TEST_F(large_files, go_in_and_out_as_archives_in_memory_that_does_not_grow) {
  client().run(session, "true");
  run("head -c 20000000 in >small; tar c small | curl -sf -T - -o /dev/null \"$S/archive?path=/root/t\"; curl -sf -o /dev/null "
      "\"$S/archive?path=/root/t\"");
  const auto before = server().peak_kib();
  EXPECT_EQ(
    run(
      "tar c in | curl -sf -T - -o /dev/null \"$S/archive?path=/root/t\"; curl -sf \"$S/archive?path=/root/t\" | tar xO in | cmp - in "
      "&& echo same"),
    "same\n");
  expect_flat(before);
}

} // namespace strata::test
