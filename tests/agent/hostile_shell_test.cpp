// SPDX-License-Identifier: MIT
#include "tests/agent/hostile_payloads.hpp"
#include "tests/agent/live_agent.hpp"

#include <gtest/gtest.h>

/// What people type, and what they type to break it. Each is followed by probes that must answer exactly, in the same
/// shell with its variables where that lives, else in one opened anew.
namespace strata::test {

namespace {

using wire::shell_outcome;

class hostile_shell : public testing::TestWithParam<payload> {
protected:
  void SetUp() override {
    if (auto why = live_agent::unavailable())
      GTEST_SKIP() << *why;
    agent_.emplace();
    agent_->connect();
    open();
    auto before = agent_->shell("kept=5");
    ASSERT_TRUE(before.end);
    ASSERT_EQ(before.end->value, 0);
  }

  void open() { ASSERT_FALSE(agent_->open_shell("session", {"STRATA_SHELLS=" + agent_->folder()}, "/usr")); }

  shell_result probe(std::vector<std::string> env, const std::string& cwd) {
    return agent_->shell(
      wire::shell_run{agent_->next_id(), "session", "printf 'probe%s\\n' \"$kept\"; (exit 42)", std::move(env), cwd, 0, 0});
  }

  void expect_answer(std::vector<std::string> env, const std::string& cwd) {
    auto kept = alive_ ? "5" : "";
    auto next = probe(env, cwd);
    if (alive_ && GetParam().cd_fails && !cwd.empty() && next.end && next.end->outcome == shell_outcome::refused) {
      EXPECT_EQ(next.out, "");
      return;
    }
    if (next.refused || next.end->outcome != shell_outcome::status) {
      // bash is gone, by the first command or by what that left behind: told, and nothing has run or the end is bash's own.
      EXPECT_TRUE(!alive_ || GetParam().next_may_be_lost || next.end->outcome == shell_outcome::bash_exited)
        << (next.refused ? next.refused->text : next.err);
      if (next.end && next.end->outcome == shell_outcome::lost) {
        EXPECT_EQ(next.out, "");
      }
      open();
      alive_ = false;
      kept = "";
      next = probe(env, cwd);
    }
    ASSERT_TRUE(next.end);
    EXPECT_EQ(next.end->outcome, shell_outcome::status);
    EXPECT_EQ(next.end->value, 42) << next.err;
    EXPECT_EQ(next.out, std::string{"probe"} + kept + "\n");
    if (!cwd.empty()) {
      EXPECT_EQ(next.end->cwd, cwd);
    }
  }

  std::optional<live_agent> agent_;
  bool alive_ = true; ///< the bash of the first command
};

} // namespace

TEST_P(hostile_shell, gets_an_exact_answer_and_the_next_command_works) {
  const auto& one = GetParam();
  auto done = agent_->shell(one.command);
  ASSERT_TRUE(done.end) << (done.refused ? done.refused->text : "");
  EXPECT_EQ(done.end->outcome, one.outcome) << done.err;
  EXPECT_EQ(done.end->value, one.value) << done.err;
  EXPECT_EQ(done.end->cwd, one.cwd.value_or("/usr"));
  alive_ = done.end->outcome == shell_outcome::status;

  for (int round = 0; round < 2; ++round) {
    expect_answer({}, {});
    expect_answer({"A=1"}, "/etc");
    if (!one.cd_fails)
      expect_answer({}, "/usr");
  }
}

namespace {
std::string name_of(const testing::TestParamInfo<payload>& each) { return each.param.name; }
} // namespace

INSTANTIATE_TEST_SUITE_P(typed, hostile_shell, testing::ValuesIn(typed_payloads()), name_of);
INSTANTIATE_TEST_SUITE_P(attacks, hostile_shell, testing::ValuesIn(attacking_payloads()), name_of);

} // namespace strata::test
