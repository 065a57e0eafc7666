// SPDX-License-Identifier: MIT
// Commands in a real sandbox, as the actors run them.
#include "tests/sandbox/live_sandbox.hpp"

#include <fstream>
#include <sstream>
#include <unistd.h>

namespace strata::test {

namespace {

using cause = command_end::cause;

class sandbox_command : public testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (!fresh()) {
      ASSERT_FALSE(box_.open_shell());
    }
  }
  bool fresh() const { return std::string_view{GetParam()} == "fresh"; }
  command_spec spec(const std::string& command) { return box_.spec(command, fresh() ? "" : "session"); }
  finished run(const std::string& command) { return box_.run(spec(command)); }

  live_sandbox box_;
};

std::int64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

} // namespace

TEST_P(sandbox_command, tells_exit_code_and_both_outputs) {
  auto done = run("echo out; echo err >&2; exit 3");
  ASSERT_FALSE(done.refused);
  EXPECT_EQ(done.end.how, cause::exited);
  EXPECT_EQ(done.end.exit_code, 3);
  EXPECT_FALSE(done.end.signal);
  EXPECT_EQ(done.end.output.out.data, "out\n");
  EXPECT_EQ(done.end.output.err.data, "err\n");
  EXPECT_EQ(done.end.output.combined.bytes, 8);
  EXPECT_EQ(done.end.shell_ended, !fresh());
}

TEST_P(sandbox_command, merges_in_exact_order) {
  auto what = spec("for i in 1 2 3; do echo o$i; echo e$i >&2; done");
  what.merge = true;
  auto done = box_.run(what);
  EXPECT_EQ(done.end.output.out.data, "o1\ne1\no2\ne2\no3\ne3\n");
  EXPECT_EQ(done.end.output.combined.data, done.end.output.out.data);
  EXPECT_EQ(done.end.output.err.bytes, 0);
}

TEST_P(sandbox_command, reads_its_input_to_the_end) {
  auto what = spec("cat | cksum");
  what.stdin_data = std::string(3'000'000, 'x');
  EXPECT_EQ(box_.run(what).end.output.out.data, on_host("head -c 3000000 /dev/zero | tr '\\0' x | cksum"));
  EXPECT_EQ(run("cat; echo $?").end.output.out.data, "0\n"); // none given
}

TEST_P(sandbox_command, may_leave_its_input_unread) {
  auto what = spec("true");
  what.stdin_data = std::string(8 << 20, 'x');
  auto done = box_.run(what);
  EXPECT_EQ(done.end.exit_code, 0);
  EXPECT_EQ(run("echo next").end.output.out.data, "next\n");
}

TEST_P(sandbox_command, keeps_head_and_tail_of_much_output_in_bounded_memory) {
  auto what = spec("echo first; head -c 67108864 /dev/zero | tr '\\0' x; echo; echo last");
  what.max_output_bytes = 1 << 20;
  run("echo warm");
  auto before = resident_bytes();
  auto done = box_.run(what);
  EXPECT_LT(resident_bytes() - before, 32 << 20);
  const auto& out = done.end.output.out;
  EXPECT_EQ(done.end.exit_code, 0);
  EXPECT_EQ(out.bytes, 67108864 + 6 + 1 + 5);
  EXPECT_EQ(out.data.size(), std::size_t{1} << 20);
  EXPECT_EQ(out.gap_at, 1 << 19);
  EXPECT_TRUE(out.data.starts_with("first\nxxx"));
  EXPECT_TRUE(out.data.ends_with("xxx\nlast\n"));
}

TEST_P(sandbox_command, carries_any_bytes) {
  auto done = run("printf 'a\\0b\\377\\376\\n\\0'");
  EXPECT_EQ(done.end.output.out.data, std::string("a\0b\377\376\n\0", 7));
}

TEST_P(sandbox_command, is_ended_with_all_that_it_started_and_nothing_else) {
  ASSERT_FALSE(run("sleep 300 & (setsid sleep 300 &)").refused);
  auto before = box_.usage()->processes.value();
  auto call =
    box_.start(spec("trap '' TERM; sleep 301 & (setsid sh -c '(sleep 302 &) ; sleep 303' &) ; echo ready; sleep 304; true"));
  ASSERT_TRUE(wait_for(call.started));
  while (box_.output_so_far(call.id) != "ready\n" || box_.usage()->processes.value() < before + 4)
    std::this_thread::yield(); // bounded by the test's timeout
  box_.box().end_command(call.id);
  auto end = wait_for(call.ended);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->how, cause::killed);
  EXPECT_EQ(end->left_running, 0);
  EXPECT_EQ(end->output.out.data, "ready\n");
  EXPECT_EQ(end->shell_ended, !fresh());
  EXPECT_EQ(box_.usage()->processes.value(), fresh() ? before : before - 1); // its bash has gone, too
  if (!fresh()) {
    EXPECT_EQ(run("true").refused->code, errc::shell_not_found);
    ASSERT_FALSE(box_.open_shell());
  }
  EXPECT_EQ(run("pgrep -c -x sleep").end.output.out.data, "2\n");
}

TEST_P(sandbox_command, is_not_held_by_a_daemon_that_keeps_its_pipes) {
  auto done = run("echo started; (sleep 300; echo late) &");
  EXPECT_EQ(done.end.output.out.data, "started\n");
  EXPECT_GE(done.end.left_running, 1);
  EXPECT_EQ(run("echo next").end.output.out.data, "next\n");
}

TEST_P(sandbox_command, reports_why_it_cannot_start) {
  auto what = spec("true");
  what.cwd = "/nowhere";
  EXPECT_EQ(box_.run(what).refused->code, errc::cwd_not_found);
  what = spec("true");
  what.shell = "unknown";
  EXPECT_EQ(box_.run(what).refused->code, errc::shell_not_found);
  if (fresh()) {
    what = spec("true");
    what.user = "nobody-of-that-name";
    EXPECT_EQ(box_.run(what).refused->code, errc::user_not_found);
    EXPECT_EQ(box_.run(spec(": " + std::string(200'000, 'x'))).refused->code, errc::too_large);
  }
}

TEST_P(sandbox_command, lives_in_one_of_many_calls_at_a_time) {
  std::vector<under_way> calls;
  for (int i = 0; i < 50; ++i)
    calls.push_back(box_.start(box_.spec("echo " + std::to_string(i), "")));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(wait_for(calls[static_cast<std::size_t>(i)].started));
    EXPECT_EQ(wait_for(calls[static_cast<std::size_t>(i)].ended)->output.out.data, std::to_string(i) + "\n");
  }
}

INSTANTIATE_TEST_SUITE_P(in, sandbox_command, testing::Values("shell", "fresh"),
                         [](const auto& each) { return std::string{each.param}; });

} // namespace strata::test
