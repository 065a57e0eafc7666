// SPDX-License-Identifier: MIT
#include "bench/server_under_test.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::bench {

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace

server_under_test::server_under_test(const std::string& binary) {
  std::string name = (std::filesystem::temp_directory_path() / "strata-bench-XXXXXX").string();
  if (!::mkdtemp(name.data()))
    throw std::runtime_error{"make a directory for the benchmark failed"};
  directory_ = name;
  auto port_file = directory_ / "port";
  auto watch = ::inotify_init1(IN_CLOEXEC);
  ::inotify_add_watch(watch, directory_.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);

  std::vector<std::string> argv{binary, "run", "--addr", "127.0.0.1:0", "--port-file", port_file, "--session-root",
                                directory_ / "sessions", "--max-sessions", "1000", "--log-level", "debug"};
  std::vector<char*> pointers;
  for (auto& word : argv)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, 2, (directory_ / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  auto failed = ::posix_spawn(&pid_, binary.c_str(), &files, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    throw std::runtime_error{fmt::format("start {}: {}", binary, failed)};

  pollfd readable{watch, POLLIN, 0};
  while (!std::filesystem::exists(port_file)) {
    if (::poll(&readable, 1, 20'000) <= 0 || ::waitpid(pid_, nullptr, WNOHANG) == pid_)
      throw std::runtime_error{"the server did not start: " + log()};
    char events[4096];
    [[maybe_unused]] auto ignored = ::read(watch, events, sizeof events);
  }
  ::close(watch);
  auto text = contents(port_file);
  std::from_chars(text.data(), text.data() + text.size(), port_);
}

server_under_test::~server_under_test() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string server_under_test::log() const {
  return contents(directory_ / "log");
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (auto end = std::from_chars(name.data(), name.data() + name.size(), pid).ptr; end == name.data() + name.size())
      found.push_back(pid);
  }
  std::sort(found.begin(), found.end());
  return found;
}

footprint footprint_since(const std::vector<pid_t>& before) {
  footprint sum;
  for (auto pid : all_processes()) {
    if (std::binary_search(before.begin(), before.end(), pid))
      continue;
    std::istringstream lines{contents(fmt::format("/proc/{}/smaps_rollup", pid))};
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("Pss:"))
        sum.pss_kib += std::stod(line.substr(4));
    ++sum.processes;
  }
  return sum;
}

} // namespace strata::bench
