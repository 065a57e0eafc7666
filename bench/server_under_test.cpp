// SPDX-License-Identifier: MIT
#include "bench/server_under_test.hpp"

#include "isolation/unique_fd.hpp"

#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace strata::bench {

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace

server_under_test::server_under_test(const std::string& binary, const std::vector<std::string>& arguments) {
  std::string name = (std::filesystem::temp_directory_path() / "strata-bench-XXXXXX").string();
  if (!::mkdtemp(name.data()))
    throw std::runtime_error{"make a directory for the benchmark failed"};
  directory_ = name;
  auto port_file = directory_ / "port";
  const unique_fd watch{::inotify_init1(IN_CLOEXEC)};
  ::inotify_add_watch(watch.get(), directory_.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);

  std::vector<std::string> argv{binary,           "run",     "--addr",         "127.0.0.1:0",
                                "--port-file",    port_file, "--session-root", directory_ / "sessions",
                                "--max-sessions", "1000",    "--log-level",    "warn"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
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

  pollfd readable{watch.get(), POLLIN, 0};
  while (!std::filesystem::exists(port_file)) {
    if (::poll(&readable, 1, 20'000) <= 0 || ::waitpid(pid_, nullptr, WNOHANG) == pid_)
      throw std::runtime_error{"the server did not start: " + log()};
    char events[4096];
    [[maybe_unused]] auto ignored = ::read(watch.get(), events, sizeof events);
  }
  auto text = contents(port_file);
  std::from_chars(text.data(), text.data() + text.size(), port_);
}

server_under_test::~server_under_test() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string server_under_test::log() const { return contents(directory_ / "log"); }

} // namespace strata::bench
