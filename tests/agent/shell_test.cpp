// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace strata::test {

namespace {

using wire::shell_outcome;

class shell_test : public testing::Test {
protected:
  void SetUp() override {
    if (auto why = live_agent::unavailable())
      GTEST_SKIP() << *why;
    ::signal(SIGPIPE, SIG_IGN);
    agent_.emplace();
    agent_->connect();
    ASSERT_FALSE(agent_->open_shell());
  }

  /// Runs it and expects a status.
  shell_result expect_status(const std::string& command, int status, const std::string& out = {}) {
    auto done = agent_->shell(command);
    EXPECT_TRUE(done.end) << command;
    if (done.end) {
      EXPECT_EQ(done.end->outcome, shell_outcome::status) << command;
      EXPECT_EQ(done.end->value, status) << command << "\n" << done.err;
    }
    EXPECT_EQ(done.out, out) << command;
    return done;
  }

  std::optional<live_agent> agent_;
};

} // namespace

TEST_F(shell_test, tells_the_exact_status) {
  for (int status : {0, 1, 2, 127, 128, 254, 255})
    expect_status("(exit " + std::to_string(status) + ")", status);
  expect_status("kill -TERM $BASHPID & wait $!", 143);
  expect_status("sh -c 'kill -9 $$'", 137);
}

TEST_F(shell_test, keeps_cwd_variables_functions_and_aliases) {
  auto done = expect_status(
    "cd /usr/bin; a='x  y'; export b=2; f() { echo \"f:$1\"; }; shopt -s expand_aliases; alias hey='echo alias'", 0);
  EXPECT_EQ(done.end->cwd, "/usr/bin");
  expect_status("echo \"$a\"; env | grep ^b=; f 3; pwd; hey you", 0, "x  y\nb=2\nf:3\n/usr/bin\nalias you\n");
  expect_status("shopt -q inherit_errexit", 1);
  expect_status("set -o | grep posix", 0, "posix          \toff\n");
}

TEST_F(shell_test, keeps_stdout_and_stderr_apart_or_merges_them_in_order) {
  auto apart = agent_->shell("echo out; echo err >&2; echo out2");
  EXPECT_EQ(apart.out, "out\nout2\n");
  EXPECT_EQ(apart.err, "err\n");
  auto merged = agent_->shell({"m", "session", "for i in 1 2 3; do echo o$i; echo e$i >&2; done", {}, {}, 1, 0});
  EXPECT_EQ(merged.out, "o1\ne1\no2\ne2\no3\ne3\n");
}

TEST_F(shell_test, takes_an_environment_for_one_call_only) {
  expect_status("keep=1", 0);
  auto done = agent_->shell(
    {"e", "session", "echo \"$keep $new\"; env | grep ^new=; made=5; cd /usr", {"keep=it's", "new=a b\n$c"}, {}, 0, 0});
  EXPECT_EQ(done.out, "it's a b\n$c\nnew=a b\n");
  ASSERT_TRUE(done.end);
  EXPECT_EQ(done.end->outcome, shell_outcome::status);
  expect_status("echo \"$keep [$new] $made $PWD\"", 0, "1 [] 5 /usr\n");
  for (const char* wrong : {"1a=2", "a b=c", "=x", "novalue", "UID=3", "a-b=1", "$(id)=x"})
    EXPECT_TRUE(agent_->shell({"w", "session", "true", {wrong}, {}, 0, 0}).refused) << wrong;
}

TEST_F(shell_test, changes_the_directory_as_if_typed) {
  expect_status("mkdir -p \"/tmp/a b'c\n$$\" && cd /tmp", 0);
  auto there = agent_->shell({"c1", "session", "pwd", {}, "/usr/bin/", 0, 0});
  EXPECT_EQ(there.out, "/usr/bin\n");
  EXPECT_EQ(there.end->cwd, "/usr/bin");
  EXPECT_EQ(agent_->shell({"c2", "session", "pwd", {}, "..", 0, 0}).out, "/usr\n");
  EXPECT_EQ(agent_->shell({"c3", "session", "pwd", {"x=1"}, "/tmp", 0, 0}).out, "/tmp\n");
  auto odd = expect_status("cd a\\ b*", 0);
  EXPECT_EQ(odd.end->cwd.substr(0, 11), "/tmp/a b'c\n");
  EXPECT_EQ(agent_->shell({"c4", "session", "pwd", {}, odd.end->cwd, 0, 0}).out, odd.end->cwd + "\n");
  for (const char* missing : {"/nowhere", "/etc/passwd", "nowhere"}) {
    auto refused = agent_->shell({"c5", "session", "true", {}, missing, 0, 0}).refused;
    ASSERT_TRUE(refused) << missing;
    EXPECT_EQ(refused->why, wire::refusal::cwd_not_found);
  }
  expect_status("pwd", 0, odd.end->cwd + "\n");
  expect_status("rmdir \"$PWD\"", 0);
  EXPECT_EQ(expect_status("true", 0).end->cwd, odd.end->cwd); // no mark of its removal
}

TEST_F(shell_test, tells_a_directory_that_only_the_shell_cannot_enter) {
  // The agent may look there and bash may not: PID 1 is not dumpable.
  expect_status("x=kept; cd /usr", 0);
  for (const auto& env : {std::vector<std::string>{}, {"A=1"}}) {
    auto done = agent_->shell({agent_->next_id(), "session", "echo never >/tmp/never", env, "/proc/1/cwd", 0, 0});
    ASSERT_TRUE(done.end);
    EXPECT_EQ(done.end->outcome, wire::shell_outcome::refused);
    EXPECT_EQ(done.end->cwd, "/usr");
  }
  expect_status("echo $x; ls /tmp/never 2>/dev/null", 2, "kept\n");
  expect_status("set -e; shopt -s extdebug; trap 'echo err' ERR", 0);
  auto done = agent_->shell({agent_->next_id(), "session", "echo never", {}, "/proc/1/root", 0, 0});
  EXPECT_EQ(done.end->outcome, wire::shell_outcome::refused);
  expect_status("echo $x", 0, "kept\n");
}

TEST_F(shell_test, does_not_begin_with_a_variable_that_is_readonly_there) {
  expect_status("readonly FIXED=1; declare -ra LIST=(1 2); x=kept; set -eu", 0);
  const auto run = [&](std::vector<std::string> env) {
    return agent_->shell({agent_->next_id(), "session", "echo \"$A\"", std::move(env), {}, 0, 0});
  };
  for (const auto& [env, value] : std::vector<std::pair<std::vector<std::string>, int>>{
         {{"A=1", "FIXED=2"}, 3}, {{"LIST=2", "A=1"}, 2}, {{"A=1", "B=2", "FIXED=3"}, 4}}) {
    auto done = run(env);
    ASSERT_TRUE(done.end);
    EXPECT_EQ(done.end->outcome, wire::shell_outcome::refused);
    EXPECT_EQ(done.end->value, value);
    EXPECT_EQ(done.out, "");
  }
  EXPECT_EQ(run({"A=good"}).out, "good\n");
  for (const char* fixed : {"UID=1", "FUNCNAME=1", "GROUPS=1", "BASH_SOURCE=1", "BASH_XTRACEFD=1"}) {
    auto refused = run({"A=1", fixed}).refused;
    ASSERT_TRUE(refused) << fixed;
    EXPECT_EQ(refused->why, wire::refusal::invalid);
    EXPECT_NE(refused->text.find(std::string{fixed}.substr(0, std::string_view{fixed}.find('='))), std::string::npos);
  }
  expect_status("echo $x", 0, "kept\n");
}

TEST_F(shell_test, reads_its_input_to_the_end) {
  std::string input(300'000, 'x');
  input += "\nlast";
  auto done = agent_->shell({"i", "session", "cat | wc -c; echo done", {}, {}, 0, 1}, input);
  EXPECT_EQ(done.out, std::to_string(input.size()) + "\ndone\n");
  EXPECT_EQ(agent_->shell({"i2", "session", "read -r a; read -r b; echo \"$a,$b\"", {}, {}, 0, 1}, "1\n2\n3\n").out, "1,2\n");
  expect_status("cat; read x", 1); // none given: an empty one
}

TEST_F(shell_test, carries_any_bytes_and_any_amount) {
  auto bytes = agent_->shell("printf 'a\\0b\\377\\n\\0'");
  EXPECT_EQ(bytes.out, std::string("a\0b\377\n\0", 6));
  auto much = agent_->shell("head -c 67108864 /dev/zero");
  EXPECT_EQ(much.out.size(), 67108864u);
  EXPECT_EQ(much.end->value, 0);
  std::string script = "n=0\n";
  while (script.size() < 1'000'000)
    script += ": 'a line that does nothing but be long'\n";
  expect_status(script + "echo end", 0, "end\n");
}

TEST_F(shell_test, does_not_wait_for_background_children) {
  auto done = agent_->shell("sleep 300 & echo started");
  EXPECT_EQ(done.out, "started\n");
  EXPECT_EQ(done.end->left_running, 1u);
  EXPECT_EQ(expect_status("jobs | wc -l", 0, "1\n").end->left_running, 0u);
}

TEST_F(shell_test, end_of_output_means_that_nobody_holds_it) {
  auto answer = agent_->reply_to(
    agent_->send(wire::message::shell_run, wire::shell_run{"x", "session", "echo hi; sleep 0.2 &", {}, {}, 0, 0}));
  ASSERT_EQ(answer.fds.size(), 2u);
  agent_->next_event();
  ::fcntl(answer.fds[0].get(), F_SETFL, 0);
  std::string text;
  char part[64];
  for (ssize_t got = 0; (got = ::read(answer.fds[0].get(), part, sizeof part)) > 0;) // blocks until the sleep is over
    text.append(part, static_cast<std::size_t>(got));
  EXPECT_EQ(text, "hi\n");
}

TEST_F(shell_test, refuses_a_second_command_and_unknown_shells) {
  auto first = wire::shell_run{"one", "session", "sleep 300", {}, {}, 0, 0};
  auto answer = agent_->reply_to(agent_->send(wire::message::shell_run, first));
  EXPECT_EQ(answer.type, wire::message::started);
  auto busy = agent_->shell("true").refused;
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->why, wire::refusal::shell_is_busy);
  auto unknown = agent_->shell({"u", "nope", "true", {}, {}, 0, 0}).refused;
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->why, wire::refusal::no_such_shell);
  agent_->end("one");
  agent_->next_event();
}

TEST_F(shell_test, tells_the_end_of_bash_and_opens_anew) {
  struct {
    const char* command;
    shell_outcome outcome;
    int value;
  } cases[] = {{"exit 3", shell_outcome::bash_exited, 3},
               {"exec true", shell_outcome::bash_exited, 0},
               {"exec sh -c 'exit 9'", shell_outcome::bash_exited, 9},
               {"set -e; false; echo never", shell_outcome::bash_exited, 1},
               {"kill -9 $$", shell_outcome::bash_killed, SIGKILL},
               {"kill -SEGV $$; sleep 1", shell_outcome::bash_killed, SIGSEGV},
               {"trap 'exit 7' EXIT; exit 2", shell_outcome::bash_exited, 7}};
  for (const auto& each : cases) {
    auto done = agent_->shell(each.command);
    ASSERT_TRUE(done.end);
    EXPECT_EQ(done.end->outcome, each.outcome) << each.command;
    EXPECT_EQ(done.end->value, each.value) << each.command;
    EXPECT_EQ(done.end->cwd, "/");
    auto gone = agent_->shell("true").refused;
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->why, wire::refusal::no_such_shell);
    ASSERT_FALSE(agent_->open_shell());
    expect_status("echo again", 0, "again\n");
  }
}

TEST_F(shell_test, a_startup_file_that_is_not_there_is_told_and_makes_no_shell) {
  auto refused = agent_->open_shell("other", {}, "/", {}, {"/dev/null", "/tmp/not there"});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->why, wire::refusal::file_not_found);
  EXPECT_EQ(refused->text, "source /tmp/not there");
  EXPECT_FALSE(agent_->open_shell("other"));
}

TEST_F(shell_test, sources_startup_files_in_order) {
  expect_status("echo 'a=1; echo noise' >/tmp/first; echo 'a=$a$a' >\"/tmp/sec'ond\"", 0);
  ASSERT_FALSE(agent_->open_shell("other", {"E=x"}, "/usr", {}, {"/tmp/first", "/tmp/sec'ond"}));
  EXPECT_EQ(agent_->shell({"s", "other", "echo $a $E $PWD", {}, {}, 0, 0}).out, "11 x /usr\n");
  expect_status("echo 'exit 4' >/tmp/first", 0);
  auto failed = agent_->open_shell("third", {}, "/", {}, {"/tmp/first"});
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->why, wire::refusal::start_failed);
}

TEST_F(shell_test, refuses_to_open_where_it_cannot) {
  EXPECT_EQ(agent_->open_shell("a", {}, "/nowhere")->why, wire::refusal::cwd_not_found);
  EXPECT_EQ(agent_->open_shell("a", {}, "/", "nobody-of-that-name")->why, wire::refusal::user_not_found);
  EXPECT_EQ(agent_->open_shell()->why, wire::refusal::invalid); // exists
  EXPECT_FALSE(agent_->open_shell("a"));
}

TEST_F(shell_test, runs_as_another_user) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "one user only without root";
  ASSERT_FALSE(agent_->open_shell("theirs", {}, "/tmp", "65534:65534"));
  auto done = agent_->shell({"s", "theirs", "id -u; id -g; cd /usr; sleep 300 & setsid sleep 300 &", {}, {}, 0, 0});
  EXPECT_EQ(done.out, "65534\n65534\n");
  EXPECT_EQ(done.end->cwd, "/usr");
  EXPECT_EQ(done.end->left_running, 2u);
  auto next = agent_->shell({"t", "theirs", "setsid sleep 300 & sleep 300", {}, {}, 0, 0}, {}, [&] { agent_->end("t"); });
  EXPECT_EQ(next.end->outcome, shell_outcome::bash_killed);
  EXPECT_EQ(agent_->usage().processes, 1 + 2); // the first shell, and the earlier jobs
}

TEST_F(shell_test, close_ends_everything_below) {
  expect_status("sleep 300 & (setsid sleep 301 &) ; (setsid sh -c 'sleep 302 & sleep 303' &)", 0);
  expect_status("sleep 304 &", 0);
  EXPECT_EQ(agent_->reply_to(agent_->send(wire::message::close_shell, wire::close_shell{"session"})).type, wire::message::done);
  EXPECT_EQ(agent_->usage().processes, 0);
  EXPECT_TRUE(std::filesystem::is_empty(agent_->folder()));
  EXPECT_FALSE(agent_->open_shell());
}

TEST_F(shell_test, a_thousand_commands_leave_nothing) {
  auto open_files = [&] {
    auto list = std::filesystem::directory_iterator{"/proc/" + std::to_string(agent_->pid()) + "/fd"};
    return std::distance(begin(list), end(list));
  };
  auto files = [&] {
    auto list = std::filesystem::recursive_directory_iterator{agent_->folder()};
    return std::distance(begin(list), end(list));
  };
  expect_status("true", 0);
  auto files_before = files();
  auto fds_before = open_files();
  for (int i = 0; i < 1000; ++i)
    expect_status(i % 10 == 0 ? "/bin/echo x; set -x; : traced; set +x" : "echo x", 0, "x\n");
  EXPECT_EQ(files(), files_before);
  EXPECT_EQ(open_files(), fds_before);
  auto zombies = agent_->run({"sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status"});
  EXPECT_EQ(zombies.out, "");
}

} // namespace strata::test
