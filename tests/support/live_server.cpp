// SPDX-License-Identifier: MIT
#include "tests/support/live_server.hpp"

#include "isolation/unique_fd.hpp"
#include "tests/support/cgroups.hpp"
#include "tests/support/descendants.hpp"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <set>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace {

namespace fs = std::filesystem;

constexpr int patience_ms = 60'000;

std::string contents(const fs::path& path) {
  std::ifstream in{path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t start(std::vector<std::string> arguments, std::vector<std::string> environment, const fs::path& log) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = -1;
  auto failed =
    ::posix_spawn(&pid, arguments[0].c_str(), &files, nullptr, pointers_to(arguments).data(), pointers_to(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    throw std::runtime_error{fmt::format("start {}: errno {}", arguments[0], failed)};
  return pid;
}

unique_fd open_pidfd(pid_t pid) { return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}; }

} // namespace

temporary_directory::temporary_directory() {
  auto name = (fs::temp_directory_path() / "strata-e2e-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error{"make a temporary directory failed"};
  path_ = name;
}

temporary_directory::~temporary_directory() {
  std::error_code failure;
  fs::remove_all(path_, failure);
  if (failure) { // a plain user's base belongs to its subordinate ids
    const auto command = fmt::format("unshare --map-root-user --map-auto rm -rf --one-file-system '{}'", path_.string());
    [[maybe_unused]] auto status = std::system(command.c_str());
  }
  EXPECT_FALSE(fs::exists(path_)) << path_ << " is left";
}

std::string server_binary() {
  const char* given = std::getenv("STRATA_E2E_SERVER");
  return given != nullptr ? given : STRATA_SERVER;
}

std::vector<std::string> tested_environment(const std::map<std::string, std::string>& more) {
  auto values = more;
  for (const auto* name :
       {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"})
    if (const char* value = std::getenv(name); value != nullptr)
      values.emplace(name, value);
  std::vector<std::string> out;
  for (const auto& [name, value] : values)
    out.push_back(name + "=" + value);
  return out;
}

live_server::live_server(server_setup setup) {
  adopt_orphans();
  session_root_ = setup.session_root.empty() ? stage_.path() / "sessions" : setup.session_root;
  const auto port_file = stage_.path() / "port";
  const unique_fd changes{::inotify_init1(IN_CLOEXEC)};
  ::inotify_add_watch(changes.get(), stage_.path().c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);
  // A test that crashes or runs out of time must not leave its server behind.
  std::vector<std::string> arguments{"/usr/bin/setpriv", "--pdeathsig", "TERM",        server_binary(), "run",
                                     "--addr",           "127.0.0.1:0", "--port-file", port_file,       "--session-root",
                                     session_root_,      "--log-level", "debug"};
  arguments.insert(arguments.end(), setup.arguments.begin(), setup.arguments.end());
  pid_ = start(arguments, tested_environment(setup.environment), stage_.path() / "log");
  const auto alive = open_pidfd(pid_);
  pollfd news[2]{{changes.get(), POLLIN, 0}, {alive.get(), POLLIN, 0}};
  while (!fs::exists(port_file)) {
    if (::poll(news, 2, patience_ms) <= 0 || (news[1].revents & POLLIN) != 0) {
      auto status = stop();
      throw std::runtime_error{fmt::format("the server did not start (status {}): {}", status, log())};
    }
    char events[4096];
    [[maybe_unused]] auto ignored = ::read(changes.get(), events, sizeof events);
  }
  groups_ = group_name(session_root_);
  const auto text = contents(port_file);
  std::from_chars(text.data(), text.data() + text.size(), port_);
}

live_server::~live_server() {
  if (is_running()) {
    signal(SIGKILL);
    wait();
  }
  remove_groups(groups_); // of a killed one
}

std::string live_server::log() const { return contents(stage_.path() / "log"); }

namespace {

std::int64_t status_kib(pid_t pid, std::string_view name) {
  std::istringstream lines{contents(fmt::format("/proc/{}/status", pid))};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name))
      return std::stoll(line.substr(name.size()));
  return 0;
}

} // namespace

std::int64_t live_server::resident_kib() const { return status_kib(pid_, "VmRSS:"); }

std::int64_t live_server::peak_kib() const { return status_kib(pid_, "VmHWM:"); }

void live_server::signal(int number) const { ::kill(pid_, number); }

int live_server::wait() {
  const auto alive = open_pidfd(pid_);
  pollfd ended{alive.get(), POLLIN, 0};
  if (::poll(&ended, 1, patience_ms) <= 0)
    signal(SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  ended_in_order_ = status == 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int live_server::stop() {
  signal(SIGTERM);
  return wait();
}

std::vector<std::string> live_server::session_files() const {
  std::vector<std::string> found;
  for (const auto* folder : {"sessions", "trash"}) {
    std::error_code failure; // as a plain user one may not look into what the session's ids own
    for (fs::directory_iterator at{session_root_ / folder, failure}, end; !failure && at != end; at.increment(failure))
      found.push_back(fmt::format("{}/{}", folder, at->path().filename().string()));
    if (failure && fs::exists(session_root_))
      found.push_back(fmt::format("{}: {}", folder, failure.message()));
  }
  return found;
}

std::string live_server::leftovers() const {
  auto lines = processes_left(std::chrono::seconds{10});
  lines += mounts_with(session_root_.string());
  for (const auto& name : session_files())
    lines += name + "\n";
  if (ended_in_order_)
    lines += groups_named(groups_);
  return lines;
}

std::string mounts_with(const std::string& text) {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    std::istringstream lines{contents(entry.path() / "mountinfo")};
    for (std::string line; std::getline(lines, line);)
      if (line.find(text) != std::string::npos)
        found.insert(line);
  }
  std::string out;
  for (const auto& line : found)
    out += line + "\n";
  return out;
}

} // namespace strata::test
