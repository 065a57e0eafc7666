// SPDX-License-Identifier: MIT
#include "isolation/agent/keeper.hpp"

#include "isolation/agent/work_group.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::agent {

namespace {

void close_all_but(std::initializer_list<int> kept) {
  std::vector<int> order{kept};
  std::sort(order.begin(), order.end());
  unsigned from = 0;
  for (auto fd : order) {
    if (static_cast<unsigned>(fd) > from)
      ::close_range(from, static_cast<unsigned>(fd) - 1, 0);
    from = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(from, ~0U, 0);
}

void tell(int pipe, keeper_report report) {
  while (::write(pipe, &report, sizeof report) < 0 && errno == EINTR) {
  }
}

/// Without it a program that kills its keeper at once would run on and nobody would know of it.
void tell_forked(int pipe, pid_t self) { tell(pipe, {keeper_report::kind::forked, self, 0, 0, 0}); }

/// Reaps until no child is left. The main program is told before it is reaped: if we are killed in between, it comes
/// to the agent as a zombie and its status is not lost.
void reap_all(int pipe, pid_t main) {
  siginfo_t child{};
  while (::waitid(P_ALL, 0, &child, WEXITED | WNOWAIT) == 0 || errno == EINTR) {
    auto pid = child.si_pid;
    if (pid == 0)
      continue;
    if (pid == main) {
      auto status = child.si_code == CLD_EXITED ? W_EXITCODE(child.si_status, 0)
                                                : child.si_status | (child.si_code == CLD_DUMPED ? WCOREFLAG : 0);
      tell(pipe, {keeper_report::kind::ended, status, 0, 0, 0});
      ::waitpid(pid, nullptr, WNOHANG);
      // Told now and not by the end of file: our own exit takes as long as a small command.
      const bool others = ::waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0;
      tell(pipe, {others ? keeper_report::kind::others : keeper_report::kind::alone, 0, 0, 0, 0});
      main = 0;
    } else {
      ::waitpid(pid, nullptr, WNOHANG);
    }
    child.si_pid = 0;
  }
}

[[noreturn]] void run_keeper(program& what, int pipe, int proc) {
  sigset_t every;
  sigfillset(&every);
  ::sigprocmask(SIG_SETMASK, &every, nullptr);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "strata-keeper");
  if (!enter_work_group()) { // the limits would not hold
    tell(pipe, {keeper_report::kind::failed, static_cast<std::int32_t>(wire::refusal::start_failed), errno, 0, 0});
    ::_exit(0);
  }
  close_all_but({pipe, proc, what.in.get(), what.out.get(), what.err.get(), what.image ? what.image.get() : pipe});
  auto started = spawn(what, proc, tell_forked, pipe);
  // Only the program may hold its ends, else nobody would ever read an end of file.
  close_all_but({pipe});
  if (started.pid == 0) {
    tell(pipe, {keeper_report::kind::failed, static_cast<std::int32_t>(started.why), started.number, 0, 0});
    ::_exit(0);
  }
  tell(pipe, {keeper_report::kind::started, started.pid, 0, started.user, started.group});
  reap_all(pipe, started.pid);
  ::_exit(0);
}

} // namespace

forked_keeper fork_keeper(program& what, int proc) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return {};
  unique_fd read{ends[0]};
  unique_fd write{ends[1]};
  auto pid = ::fork();
  if (pid == 0)
    run_keeper(what, write.get(), proc);
  if (pid < 0)
    return {};
  return {pid, std::move(read)};
}

} // namespace strata::agent
