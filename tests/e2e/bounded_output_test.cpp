// SPDX-License-Identifier: MIT
// Commands that write too much, never end or leave something behind: answered correctly and in bounded memory.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <gmock/gmock.h>

namespace strata::test {

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

class bounded : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    // AddressSanitizer keeps freed memory for a while; that is not the server's own.
    setup.environment = {{"ASAN_OPTIONS", "quarantine_size_mb=4:detect_leaks=1"}};
  }
};

TEST_F(bounded, sixty_four_mebibytes_cost_no_memory_that_grows) {
  const auto* command = "head -c 67108864 /dev/zero | tr '\\0' 'x'; echo end >&2; exit 5";
  client().run(session, command);
  const auto before = server().resident_kib();
  for (int i = 0; i < 6; ++i) {
    auto answer = client().run(session, command);
    EXPECT_EQ(answer["stdout_bytes"], 64 * mebibyte);
    EXPECT_EQ(answer["truncated"], true);
    EXPECT_EQ(answer["exit_code"], 5);
    EXPECT_EQ(answer["stderr"], "end\n");
    EXPECT_LE(answer.value("stdout", "").size(), std::size_t{2 * mebibyte});
  }
  // Six times 64 MiB went through; one of them kept whole would show.
  EXPECT_LT(server().resident_kib() - before, 48 * 1024);
}

TEST_F(bounded, many_at_once_cost_no_memory_that_grows) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  const auto round = [&] {
    at_once(6, [&](int) {
      auto mine = another_client();
      EXPECT_EQ(mine.run(session, "head -c 33554432 /dev/zero | tr '\\0' 'x'", {{"shell", "fresh"}})["stdout_bytes"],
                32 * mebibyte);
    });
  };
  round();
  const auto before = server().resident_kib();
  round();
  EXPECT_LT(server().resident_kib() - before, 64 * 1024);
}

TEST_F(bounded, nul_bytes_come_back) {
  auto answer = client().run(session, "printf 'a\\000b\\000\\000c'; printf '\\000' >&2");
  EXPECT_EQ(answer["stdout"], std::string("a\0b\0\0c", 6));
  EXPECT_EQ(answer["stdout_bytes"], 6);
  EXPECT_EQ(answer["stderr_bytes"], 1);
  EXPECT_FALSE(answer.contains("stdout_b64")) << "NUL is UTF-8";
}

TEST_F(bounded, a_reader_of_stdin_sees_its_end) {
  EXPECT_EQ(client().run(session, "cat")["exit_code"], 0);
  EXPECT_EQ(client().run(session, "cat; echo after", {{"stdin", "last line"}})["stdout"], "last lineafter\n");
  EXPECT_EQ(client().run(session, "cat", {{"shell", "fresh"}})["exit_code"], 0);
}

TEST_F(bounded, ignoring_sigterm_does_not_outlive_the_timeout) {
  for (const auto* shell : {"session", "fresh"}) {
    auto answer = client().run(session, "trap '' TERM INT HUP QUIT; echo begun; while :; do sleep 7785; done",
                               {{"timeout_ms", 400}, {"shell", shell}});
    EXPECT_EQ(answer["timed_out"], true) << shell;
    EXPECT_EQ(answer["reason"], "timed_out") << shell;
    EXPECT_EQ(answer["output"], "begun") << shell;
    EXPECT_FALSE(find_descendant("sleep 7785").has_value()) << shell;
  }
  EXPECT_EQ(client().output(session, "echo alive"), "alive");
}

TEST_F(bounded, a_daemon_does_not_hold_its_starter_and_ends_with_its_timeout_only) {
  auto started = client().run(session, "setsid sh -c 'setsid sleep 7786 & exec sleep 7787' >/dev/null 2>&1 </dev/null & echo up");
  EXPECT_EQ(started["output"], "up");
  EXPECT_EQ(started["exit_code"], 0);
  EXPECT_TRUE(eventually([] { return find_descendant("sleep 7786") && find_descendant("sleep 7787"); }));
  // The same with pipes held open: the answer does not wait for their end.
  auto holding = client().run(session, "setsid sleep 7788 & echo up");
  EXPECT_EQ(holding["output"], "up");
  auto ended = client().run(session, "setsid sh -c 'setsid sleep 7789 & sleep 7790' & sleep 7791", {{"timeout_ms", 400}});
  EXPECT_EQ(ended["timed_out"], true);
  for (const auto* text : {"sleep 7789", "sleep 7790", "sleep 7791"})
    EXPECT_FALSE(find_descendant(text).has_value()) << text << ": everything that the command started is ended";
  EXPECT_TRUE(find_descendant("sleep 7786").has_value()) << "earlier jobs are left alone";
}

TEST_F(bounded, a_writer_without_end_is_ended_by_its_timeout) {
  auto answer = client().run(session, "yes", {{"timeout_ms", 1000}});
  EXPECT_EQ(answer["timed_out"], true);
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_GT(answer["stdout_bytes"], 2 * mebibyte);
}

TEST_F(bounded, a_fork_bomb_of_a_moment_is_ended_by_its_timeout) {
  auto answer = client().run(session, "for i in $(seq 200); do (setsid sleep 7792 &) ; done; sleep 7793", {{"timeout_ms", 3000}});
  EXPECT_EQ(answer["timed_out"], true);
  EXPECT_FALSE(find_descendant("sleep 7792").has_value());
}

} // namespace

} // namespace strata::test
