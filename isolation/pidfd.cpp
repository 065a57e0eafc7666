// SPDX-License-Identifier: MIT
#include "isolation/pidfd.hpp"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {

namespace {

// Raw calls: the header of glibc 2.36 declares the wrappers without C linkage.
constexpr auto by_pidfd = static_cast<idtype_t>(P_PIDFD);

} // namespace

result<unique_fd> open_pidfd(pid_t pid) {
  unique_fd pidfd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}; // close-on-exec by definition
  if (!pidfd)
    return errno_error("open pidfd of process", std::to_string(pid));
  return pidfd;
}

void signal_process(const unique_fd& pidfd, int signal) { ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0); }

void kill_process(const unique_fd& pidfd) { signal_process(pidfd, SIGKILL); }

void kill_and_reap(const unique_fd& pidfd) {
  kill_process(pidfd);
  siginfo_t info{};
  while (::waitid(by_pidfd, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

int wait_and_reap(const unique_fd& pidfd) {
  siginfo_t info{};
  while (::waitid(by_pidfd, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0)
    if (errno != EINTR)
      return -1;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

bool is_own_child(const unique_fd& pidfd) {
  siginfo_t info{};
  return ::waitid(by_pidfd, static_cast<id_t>(pidfd.get()), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

std::vector<pid_t> namespace_pids(const unique_fd& pidfd) {
  std::ifstream file{fmt::format("/proc/self/fdinfo/{}", pidfd.get())};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("NSpid:"))
      continue;
    std::istringstream words{line.substr(6)};
    std::vector<pid_t> pids;
    for (pid_t pid = 0; words >> pid;)
      pids.push_back(pid);
    if (!pids.empty() && pids.front() > 0) // -1: ended; 0: not visible from here
      return pids;
  }
  return {};
}

} // namespace strata
