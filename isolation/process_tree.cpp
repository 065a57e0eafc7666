// SPDX-License-Identifier: MIT
#include "isolation/process_tree.hpp"

#include "isolation/pidfd.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace strata {

namespace {

constexpr int patience_ms = 5'000; // for the end of killed processes

// Field 4 of /proc/PID/stat (proc(5)); the name in field 2 may hold anything, ')' included.
pid_t parent_of(pid_t pid) {
  std::ifstream file{fmt::format("/proc/{}/stat", pid)};
  std::string line;
  std::getline(file, line, '\0');
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= line.size())
    return 0;
  pid_t parent = 0;
  std::from_chars(line.data() + name_end + 4, line.data() + line.size(), parent);
  return parent;
}

std::vector<unique_fd> children_of(pid_t parent) {
  std::vector<unique_fd> children;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry{"/proc", failure}, end; !failure && entry != end; entry.increment(failure)) {
    const auto name = entry->path().filename().string();
    pid_t pid = 0;
    const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad != std::errc{} || stop != name.data() + name.size() || parent_of(pid) != parent)
      continue;
    auto pidfd = open_pidfd(pid);
    if (pidfd && parent_of(pid) == parent) // still the same: the pid was not given away in between
      children.push_back(std::move(*pidfd));
  }
  return children;
}

void stop(const unique_fd& child) {
  signal_process(child, SIGSTOP);
  siginfo_t info{};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(child.get()), &info, WSTOPPED | WEXITED | WNOWAIT) != 0
         && errno == EINTR) {
  }
}

} // namespace

void kill_with_children(const unique_fd& child) {
  stop(child);
  const auto pids = namespace_pids(child);
  std::vector<unique_fd> grandchildren;
  if (!pids.empty())
    grandchildren = children_of(pids.front());
  for (const auto& process : grandchildren)
    kill_process(process);
  kill_and_reap(child);
  for (const auto& process : grandchildren) {
    pollfd ended{process.get(), POLLIN, 0};
    ::poll(&ended, 1, patience_ms);
  }
}

} // namespace strata
