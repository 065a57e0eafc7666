// SPDX-License-Identifier: MIT
// Stands in for the agent as process 1 of a sandbox: listens on the control socket, says ready, and runs every packet
// that it gets as a shell command without any descriptor but 0-2. The answer is the exit status and a newline, then the
// command's output.

#include "isolation/wire/inherited.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <cstring>
#include <linux/close_range.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace wire = strata::wire;

std::string run(const char* command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return "-1\n";
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::close_range(3, ~0U, 0);
    ::execl("/bin/sh", "sh", "-c", command, nullptr);
    ::execl("/usr/bin/sh", "sh", "-c", command, nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string output;
  char bytes[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], bytes, sizeof bytes)) > 0;)
    output.append(bytes, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status)) + "\n" + output.substr(0, 100'000);
}

// "!shell NAME": makes a file in the shell mount by the agent's own descriptor. "!up": where its ".." leads.
std::string own_work(const std::string& word) {
  if (word == "!up") {
    if (::fchdir(wire::shell_dir_fd) != 0 || ::chdir("../../..") != 0)
      return "1\n";
    return std::string{::access("etc", F_OK) == 0 || ::access("files", F_OK) == 0 ? "1" : "0"} + "\n";
  }
  const int fd = ::openat(wire::shell_dir_fd, word.c_str() + 7, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0)
    return std::to_string(errno) + "\n";
  ::close(fd);
  return "0\n";
}

} // namespace

int main() {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (::getpid() != 1 || ::listen(wire::control_fd, 8) != 0) {
    constexpr char complaint[] = "guest: cannot listen\n";
    return ::write(2, complaint, sizeof complaint - 1) < 0 ? 2 : 1;
  }
#ifndef STRATA_MUTE_GUEST
  if (::write(1, wire::ready_mark, sizeof wire::ready_mark - 1) < 0)
    return 1;
#endif
  ::close(wire::agent_fd);
  for (;;) {
    const int peer = ::accept(wire::control_fd, nullptr, nullptr);
    if (peer < 0)
      return 1;
    static char command[100'000];
    for (ssize_t size = 0; (size = ::recv(peer, command, sizeof command - 1, 0)) > 0;) {
      command[size] = '\0';
      const auto answer = command[0] == '!' ? own_work(command) : run(command);
      ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    ::close(peer);
  }
}
