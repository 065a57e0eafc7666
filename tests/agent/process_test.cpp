// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace {

class process_test : public testing::Test {
protected:
  void SetUp() override {
    if (auto why = live_agent::unavailable())
      GTEST_SKIP() << *why;
    ::signal(SIGPIPE, SIG_IGN);
    agent_.emplace();
    agent_->connect();
  }

  wire::run request(std::vector<std::string> argv) { return {agent_->next_id(), std::move(argv), plain_environment(), "/", {}}; }

  std::optional<live_agent> agent_;
};

} // namespace

TEST_F(process_test, gives_the_exact_wait_status_and_output) {
  auto done = agent_->run({"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_EQ(done.end->status, W_EXITCODE(7, 0));
  EXPECT_EQ(done.end->killed, 0);
  EXPECT_EQ(done.end->left_running, 0u);
  EXPECT_EQ(agent_->run({"sh", "-c", "kill -TERM $$"}).end->status, SIGTERM);
  EXPECT_EQ(agent_->run(request({"cat"}), "some input").out, "some input");
}

TEST_F(process_test, starts_clean) {
  auto done = agent_->run({"sh", "-c",
                           "umask; grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | tr '\\n' ' '; "
                           "ps -o sid=,pgid=,pid= -p $$ | awk '{print $1==$3 && $2==$3}'; env | sort | tr '\\n' ' '"});
  EXPECT_EQ(done.out, "0022\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0 1 2 3 1\n"
                      "HOME=/root LC_ALL=C PATH=/usr/local/bin:/usr/bin:/bin PWD=/ USER=root ");
}

TEST_F(process_test, says_why_it_cannot_start) {
  auto refusal = [&](wire::run what) {
    auto done = agent_->run(std::move(what));
    EXPECT_TRUE(done.refused);
    return done.refused ? done.refused->why : wire::refusal::invalid;
  };
  EXPECT_EQ(refusal(request({"no-such-program"})), wire::refusal::command_not_found);
  EXPECT_EQ(refusal(request({"/no/such/program"})), wire::refusal::command_not_found);
  EXPECT_EQ(refusal(request({"/etc/passwd"})), wire::refusal::not_executable);
  EXPECT_EQ(refusal(request({"/etc"})), wire::refusal::not_executable);
  auto elsewhere = request({"true"});
  elsewhere.cwd = "/nowhere";
  EXPECT_EQ(refusal(elsewhere), wire::refusal::cwd_not_found);
  auto unknown = request({"true"});
  unknown.user = "nobody-of-that-name";
  EXPECT_EQ(refusal(unknown), wire::refusal::user_not_found);
  EXPECT_EQ(refusal(request({})), wire::refusal::invalid);
  EXPECT_EQ(refusal(request({std::string("a\0b", 3)})), wire::refusal::invalid);
  EXPECT_EQ(agent_->usage().processes, 0);
}

TEST_F(process_test, looks_in_the_path_of_the_given_environment) {
  auto what = request({"strata-test-tool", "x"});
  EXPECT_TRUE(agent_->run(what).refused);
  agent_->run(
    {"sh", "-c",
     "mkdir -p /tmp/strata-bin && echo 'echo no interpreter line $1' >/tmp/strata-bin/strata-test-tool && chmod +x /tmp/strata-bin/*"});
  what.env = {"PATH=/nowhere:/tmp/strata-bin:/bin"};
  auto done = agent_->run(what);
  EXPECT_EQ(done.out, "no interpreter line x\n");
  agent_->run({"rm", "-r", "/tmp/strata-bin"});
}

TEST_F(process_test, becomes_another_user) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "one user only without root";
  auto what = request({"sh", "-c", "echo $(id -u):$(id -g):$(id -G) $HOME $USER $PWD"});
  what.user = "65534:12";
  what.cwd.clear();
  what.env.push_back("HOME=/other");
  auto done = agent_->run(what);
  EXPECT_EQ(done.out.substr(0, 12), "65534:12:12 ");
  EXPECT_EQ(done.out.find("/other"), std::string::npos);
  what.user = "0";
  what.id = "again";
  EXPECT_EQ(agent_->run(what).out.substr(0, 6), "0:0:0 ");
}

TEST_F(process_test, counts_what_lives_on) {
  auto done = agent_->run({"sh", "-c", "sleep 300 & (setsid sleep 300 &)"});
  EXPECT_EQ(done.end->status, 0);
  EXPECT_EQ(done.end->left_running, 2u);
  auto usage = agent_->usage();
  EXPECT_EQ(usage.processes, 2);
  // The kernel counts small changes of a process' memory later (percpu_counter), so it takes some megabytes to be sure.
  agent_->run({"sh", "-c", "x=$(printf %08000000d 0); (sleep 300; :) &"});
  EXPECT_GT(agent_->usage().memory_bytes, 4'000'000);
  agent_->run({"sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"});
  EXPECT_GT(agent_->usage().cpu_ms, usage.cpu_ms); // of ended processes, too
}

TEST_F(process_test, runs_many_at_once) {
  constexpr int count = 40;
  std::vector<unique_fd> ends;
  for (int i = 0; i < count; ++i) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    ends.emplace_back(pipe[1]);
    unique_fd in{pipe[0]};
    unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    EXPECT_EQ(agent_->reply_to(agent_->send(wire::message::run, request({"cat"}), {in.get(), null.get(), null.get()})).type,
              wire::message::started);
  }
  EXPECT_EQ(agent_->usage().processes, count);
  ends.clear();
  for (int i = 0; i < count; ++i)
    EXPECT_EQ(agent_->next_event().type, wire::message::ended);
}

TEST_F(process_test, runs_on_a_terminal) {
  wire::open_pty what{"t",
                      {"sh", "-c", "tty; stty size; read line; stty size; echo \"got $line\"; ps -o tty= -p $$"},
                      plain_environment(),
                      "/",
                      {},
                      90,
                      30};
  auto answer = agent_->reply_to(agent_->send(wire::message::open_pty, what));
  ASSERT_EQ(answer.type, wire::message::started);
  ASSERT_EQ(answer.fds.size(), 1u);
  EXPECT_EQ(agent_->reply_to(agent_->send(wire::message::resize_pty, wire::resize_pty{"none", 1, 1})).type,
            wire::message::failure);
  std::string text;
  auto read_until = [&](const char* mark) {
    while (text.find(mark) == std::string::npos) {
      pollfd one{answer.fds[0].get(), POLLIN, 0};
      ASSERT_EQ(::poll(&one, 1, 60'000), 1);
      auto more = read_available(answer.fds[0]);
      ASSERT_FALSE(more.empty()) << text;
      text += more;
    }
  };
  read_until("30 90");
  EXPECT_EQ(agent_->reply_to(agent_->send(wire::message::resize_pty, wire::resize_pty{"t", 100, 40})).type, wire::message::done);
  ASSERT_EQ(::write(answer.fds[0].get(), "hello\n", 6), 6);
  read_until("got hello");
  EXPECT_NE(text.find("40 100"), std::string::npos);
  EXPECT_NE(text.find("/dev/pts/"), std::string::npos);
  EXPECT_EQ(agent_->next_event().type, wire::message::ended);
}

} // namespace strata::test
