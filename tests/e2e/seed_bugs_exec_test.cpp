// SPDX-License-Identifier: MIT
// clang-format off
// Bugs of the seed about running commands that must not be shown here, by their number.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

class seed_bug_exec : public server_test {
protected:
  /// How many processes inside have this in their command line.
  std::string running_inside(std::string_view text) {
    return client().output(session, fmt::format("n=0; for p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$p 2>/dev/null | grep -q '^{}' && n=$((n+1)); done; echo $n", text),
                           {{"shell", "fresh"}});
  }
};

TEST_F(seed_bug_exec, seed_bug_4_no_text_of_a_command_forges_or_loses_its_end) {
  const session_name quoted{"alice", "it's \"q\" $(x)"};
  for (const auto& [command, exit_code] : std::vector<std::pair<std::string, int>>{
         {"echo hi # and a comment", 0}, {"echo hi \\", 0}, {"echo hi; true &", 0}, {"cat <<END\nhi\nEND", 0}, {"cat <<END\nhi", 0},
         {"echo hi; exit 3", 3}, {"echo hi; (exit 4)", 4}, {"echo hi\n\n\n", 0}, {"echo hi; set -e; false", 1}}) {
    auto answer = client().run(quoted, command);
    EXPECT_EQ(answer["stdout"], "hi\n") << command << ": " << answer.dump();
    EXPECT_EQ(answer["exit_code"], exit_code) << command;
    EXPECT_EQ(answer["reason"], "exited") << command;
  }
  for (const auto* broken : {"echo 'hi", "echo \"hi", "if true", "echo $(", "{", "case x in"}) {
    auto answer = client().run(quoted, broken);
    EXPECT_EQ(answer["reason"], "exited") << broken;
    EXPECT_NE(answer["exit_code"], 0) << broken;
    EXPECT_EQ(client().output(quoted, "echo next"), "next") << broken;
  }
  EXPECT_EQ(client().output(quoted, "echo __STRATA_EXEC_END_build__; echo __STRATA_EXEC_END_build__0"),
            "__STRATA_EXEC_END_build__\n__STRATA_EXEC_END_build__0");
}

TEST_F(seed_bug_exec, seed_bug_5_a_timeout_ends_a_silent_command_and_its_output_never_comes_late) {
  client().run(session, "cd /tmp; kept=yes");
  auto silent = client().run(session, "sleep 7771", {{"timeout_ms", 300}});
  EXPECT_EQ(silent["timed_out"], true);
  EXPECT_EQ(running_inside("sleep 7771"), "0");
  auto late = client().run(session, "sh -c 'sleep 1; echo LATE' & setsid sh -c 'sleep 1; echo LATE; sleep 7772' & wait; sleep 7773", {{"timeout_ms", 300}});
  EXPECT_EQ(late["timed_out"], true);
  auto next = client().run(session, "sleep 2; echo own; pwd");
  EXPECT_EQ(next["output"], "own\n/tmp") << "no late output, and the directory is kept";
  EXPECT_EQ(running_inside("sleep 777"), "0");
}

TEST_F(seed_bug_exec, seed_bug_6_concurrent_callers_and_lost_ones_never_take_anothers_output) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  at_once(6, [&](int i) {
    auto mine = another_client();
    for (int call = 0; call < 10; ++call) {
      auto tag = fmt::format("<{}:{}>", i, call);
      EXPECT_EQ(mine.output(session, "echo '" + tag + "'; sleep 0.01; echo '" + tag + "'", {{"shell", i % 2 == 0 ? "session" : "fresh"}}), tag + "\n" + tag);
    }
  });
  {
    auto gone = another_client();
    gone.send_exec(session, "echo STOLEN; sleep 7774; echo STOLEN");
    ASSERT_TRUE(eventually([] { return find_descendant("sleep 7774").has_value(); }));
  }
  EXPECT_EQ(client().output(session, "echo own"), "own");
  EXPECT_EQ(running_inside("sleep 7774"), "0") << "the call is gone, and so is its command";
}

TEST_F(seed_bug_exec, seed_bug_7_stderr_arrives_and_long_lines_are_whole) {
  auto both = client().run(session, "echo out; ls /nonexistent; echo again");
  EXPECT_THAT(both.value("stderr", ""), HasSubstr("/nonexistent"));
  EXPECT_EQ(both["stdout"], "out\nagain\n");
  for (std::size_t size : {4095U, 4096U, 5000U, 100'000U, 1'000'000U}) {
    auto answer = client().run(session, "x='" + std::string(size, 'a') + "'; echo ${#x}");
    EXPECT_EQ(answer["output"], std::to_string(size));
  }
  EXPECT_EQ(client().output(session, "echo 1\necho 2\necho 3"), "1\n2\n3") << "no echo of what was typed";
}

TEST_F(seed_bug_exec, seed_bug_8_large_output_keeps_head_and_tail_and_says_so) {
  auto answer = client().run(session, "echo HEAD; yes | head -c 4000000; echo TAIL; exit 7");
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_EQ(answer["exit_code"], 7);
  EXPECT_EQ(answer["stdout_bytes"], 5 + 4'000'000 + 5);
  auto out = answer.value("stdout", "");
  EXPECT_THAT(out, StartsWith("HEAD\n"));
  EXPECT_THAT(out, testing::EndsWith("TAIL\n"));
  EXPECT_GT(out.size(), std::size_t{1} << 20);
  EXPECT_LE(out.size(), std::size_t{2} << 20);
  auto exact = client().run(session, "head -c 2097152 /dev/zero | tr '\\0' x");
  EXPECT_EQ(exact["truncated"], false);
  EXPECT_EQ(exact["stdout_bytes"], 2 << 20);
}

TEST_F(seed_bug_exec, seed_bug_9_bytes_that_are_no_text_come_back_unharmed) {
  auto bad = client().run(session, "printf '\\377\\000\\200a'; printf '\\303' >&2");
  EXPECT_EQ(bad["stdout_b64"], "/wCAYQ==");
  EXPECT_EQ(bad["stderr_b64"], "ww==");
  EXPECT_TRUE(bad.contains("output_b64"));
  EXPECT_EQ(bad["stdout"], std::string("\xEF\xBF\xBD\0\xEF\xBF\xBD" "a", 8));
  auto good = client().run(session, "printf '\\303'; sleep 0.05; printf '\\244'");
  EXPECT_EQ(good["stdout"], "ä") << "a character that came in two pieces";
  EXPECT_FALSE(good.contains("stdout_b64"));
}

} // namespace

} // namespace strata::test
