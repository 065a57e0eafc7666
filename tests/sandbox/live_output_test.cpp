// SPDX-License-Identifier: MIT
// Output and input of a command while it runs, terminals and signals, in a real sandbox.
#include "tests/sandbox/live_sandbox.hpp"

namespace strata::test {

namespace {

/// Follows a journal from a thread of the test.
class follower {
public:
  explicit follower(const std::shared_ptr<journal>& log, lag manner = lag::hold_back) : reader_{log->follow(0, manner).value()} {}

  /// The next batch; waits for it.
  journal_batch next(std::size_t most = 64 << 10) {
    std::promise<journal_batch> coming;
    auto batch = coming.get_future();
    reader_->read(most, [&](journal_batch one) { coming.set_value(std::move(one)); });
    return wait_for(batch);
  }
  /// Reads until that text has appeared since the last time, or the end.
  bool sees(std::string_view text) {
    while (seen_.find(text) == seen_.npos) {
      auto batch = next();
      for (auto& record : batch.records)
        seen_ += record.bytes;
      if (batch.end)
        return seen_.find(text) != seen_.npos;
    }
    seen_.erase(0, seen_.find(text) + text.size());
    return true;
  }

private:
  std::shared_ptr<journal_reader> reader_;
  std::string seen_;
};

command_spec shell_on_terminal(live_sandbox& box) {
  auto what = box.spec("", "");
  what.argv = {"bash", "--norc", "-i"};
  what.terminal = terminal_size{80, 24};
  what.env = {{"PS1", "ready$ "}};
  what.output = journal::make({.tail_bytes = 1 << 20});
  what.input = std::make_shared<input_stream>();
  return what;
}

} // namespace

TEST(live_output, a_command_waits_for_its_follower_and_loses_nothing) {
  live_sandbox box;
  auto what = box.spec("head -c 200000000 /dev/zero | tr '\\0' x; echo end", "");
  what.output = journal::make({.tail_bytes = 1 << 20});
  what.max_output_bytes = 0;
  follower reads{what.output}; // before anything is written: later it would be too late for the first of it
  auto call = box.start(what);
  ASSERT_TRUE(wait_for(call.started));
  std::int64_t bytes = 0;
  std::int64_t behind = 0;
  std::string last;
  while (bytes < 200'000'004) {
    auto batch = reads.next();
    ASSERT_FALSE(batch.end);
    behind = std::max(behind, what.output->next() - batch.next);
    for (auto& record : batch.records) {
      ASSERT_EQ(record.gap, 0);
      ASSERT_EQ(record.offset, bytes);
      bytes += static_cast<std::int64_t>(record.bytes.size());
      last = (last + record.bytes).substr(std::max<std::size_t>(last.size() + record.bytes.size(), 4) - 4);
    }
  }
  EXPECT_EQ(last, "end\n");
  EXPECT_LT(behind, 2 << 20);
  auto end = wait_for(call.ended);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->output.out.bytes, bytes);
}

TEST(live_output, a_command_whose_follower_left_goes_on) {
  live_sandbox box;
  auto what = box.spec("head -c 50000000 /dev/zero", "");
  what.output = journal::make({.tail_bytes = 1 << 20});
  auto reader = what.output->follow(0, lag::hold_back).value();
  auto call = box.start(what);
  ASSERT_TRUE(wait_for(call.started));
  while (!what.output->is_full())
    std::this_thread::yield(); // bounded by the test's timeout
  reader.reset();
  EXPECT_EQ(wait_for(call.ended)->output.out.bytes, 50'000'000);
}

TEST(live_output, input_is_fed_while_the_command_runs) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  for (const char* shell : {"", "session"}) {
    auto what = box.spec("while read -r line; do echo \"got $line\"; done; echo over", shell);
    what.output = journal::make({});
    what.input = std::make_shared<input_stream>();
    auto call = box.start(what);
    ASSERT_TRUE(wait_for(call.started));
    follower reads{what.output};
    what.input->write("one\n", {});
    EXPECT_TRUE(reads.sees("got one\n"));
    what.input->write("two\n", {});
    EXPECT_TRUE(reads.sees("got two\n"));
    what.input->end();
    EXPECT_TRUE(reads.sees("over\n"));
    EXPECT_EQ(wait_for(call.ended)->exit_code, 0);
  }
}

TEST(live_terminal, is_a_real_one) {
  live_sandbox box;
  auto what = shell_on_terminal(box);
  auto call = box.start(what);
  ASSERT_TRUE(wait_for(call.started));
  follower first{what.output, lag::skip}, second{what.output, lag::skip};
  EXPECT_TRUE(first.sees("ready$ "));
  what.input->write("tty && stty size && echo $((40+2))\n", {});
  EXPECT_TRUE(first.sees("/dev/pts/"));
  EXPECT_TRUE(first.sees("24 80"));
  EXPECT_TRUE(first.sees("42"));
  EXPECT_TRUE(second.sees("42"));

  std::promise<result<bool>> resized;
  auto coming = resized.get_future();
  box.box().resize_terminal(what.id, {132, 50}, [&](result<bool> done) { resized.set_value(std::move(done)); });
  EXPECT_TRUE(wait_for(coming));
  what.input->write("stty size\n", {});
  EXPECT_TRUE(first.sees("50 132"));

  what.input->write("sleep 1000\n", {});
  EXPECT_TRUE(first.sees("sleep 1000"));
  while (box.run(box.spec("pgrep -x sleep", "")).end.exit_code != 0)
    ;                            // bounded by the test's timeout
  what.input->write("\x03", {}); // goes to the program inside
  what.input->write("echo status $?\n", {});
  EXPECT_TRUE(first.sees("status 130"));
  what.input->write("exit 3\n", {});
  EXPECT_EQ(wait_for(call.ended)->exit_code, 3);
}

TEST(live_terminal, tells_its_last_bytes_before_its_end) {
  live_sandbox box;
  for (int i = 0; i < 20; ++i) {
    auto what = box.spec("", "");
    what.argv = {"sh", "-c", "seq 1 3000; echo end"};
    what.terminal = terminal_size{};
    what.max_output_bytes = 1 << 20;
    auto done = box.run(what);
    ASSERT_FALSE(done.refused);
    EXPECT_TRUE(done.end.output.out.data.ends_with("3000\r\nend\r\n"));
  }
}

TEST(live_terminal, prints_on_while_nobody_reads) {
  live_sandbox box;
  auto what = box.spec("", "");
  what.argv = {"sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x; echo end"};
  what.terminal = terminal_size{};
  what.output = journal::make({.tail_bytes = 1 << 20});
  auto stuck = what.output->follow(0, lag::skip).value();
  auto done = box.run(what);
  EXPECT_EQ(done.end.exit_code, 0);
  EXPECT_EQ(what.output->next(), 20'000'005);
  EXPECT_GT(what.output->oldest(), 18'000'000);
}

TEST(live_signal, reaches_the_command_and_leaves_the_shell_alive) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  EXPECT_EQ(box.run("kept=yes").end.exit_code, 0);
  for (const char* shell : {"", "session"}) {
    auto what = box.spec("echo begun; sleep 1000", shell);
    auto call = box.start(what);
    ASSERT_TRUE(wait_for(call.started));
    while (box.output_so_far(what.id) != "begun\n" || box.run(box.spec("pgrep -x sleep", "")).end.exit_code != 0)
      ; // bounded by the test's timeout
    std::promise<result<bool>> sent;
    auto coming = sent.get_future();
    box.box().signal_command(what.id, SIGINT, signal_target::tree, [&](result<bool> done) { sent.set_value(std::move(done)); });
    EXPECT_TRUE(wait_for(coming));
    auto end = wait_for(call.ended);
    ASSERT_TRUE(end);
    if (*shell != '\0') {
      EXPECT_EQ(end->exit_code, 130);
    }
    std::promise<result<bool>> late;
    auto refused = late.get_future();
    box.box().signal_command(what.id, SIGINT, signal_target::process,
                             [&](result<bool> done) { late.set_value(std::move(done)); });
    EXPECT_EQ(wait_for(refused).error().code, errc::process_ended);
  }
  EXPECT_EQ(box.run("echo $kept").end.output.out.data, "yes\n");
}

} // namespace strata::test
