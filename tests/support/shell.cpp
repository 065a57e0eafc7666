// SPDX-License-Identifier: MIT
#include "tests/support/shell.hpp"

#include "tests/support/live_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace strata::test {

shell_answer shell(const std::string& line, const std::map<std::string, std::string>& environment) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error{"make pipe"};
  auto variables = tested_environment(environment);
  std::vector<char*> environ;
  for (auto& each : variables)
    environ.push_back(each.data());
  environ.push_back(nullptr);
  std::string program = "/bin/bash", option = "-c", text = line;
  std::array<char*, 4> words{program.data(), option.data(), text.data(), nullptr};
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  pid_t pid = -1;
  const int failure = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, words.data(), environ.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failure != 0) {
    ::close(ends[0]);
    throw std::runtime_error{"start bash"};
  }
  shell_answer answer;
  std::array<char, 16384> part{};
  for (ssize_t got; (got = ::read(ends[0], part.data(), part.size())) > 0 || (got < 0 && errno == EINTR);)
    answer.text.append(part.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

} // namespace strata::test
