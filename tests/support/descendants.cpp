// SPDX-License-Identifier: MIT
#include "tests/support/descendants.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <poll.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace {

std::string contents(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Fields of /proc/PID/status; nothing when the process is gone.
std::optional<process_view> look_at(pid_t pid) {
  std::istringstream status{contents(fmt::format("/proc/{}/status", pid))};
  process_view seen{.pid = pid};
  for (std::string line; std::getline(status, line);) {
    auto value = line.substr(std::min(line.find('\t') + 1, line.size()));
    if (line.starts_with("Name:"))
      seen.name = value;
    else if (line.starts_with("State:"))
      seen.state = value.empty() ? '?' : value[0];
    else if (line.starts_with("PPid:"))
      seen.parent = std::stoi(value);
    else if (line.starts_with("NSpid:"))
      seen.is_init = value.ends_with("\t1"); // its number in each namespace from ours inwards
  }
  if (seen.name.empty())
    return std::nullopt;
  seen.command_line = contents(fmt::format("/proc/{}/cmdline", pid));
  std::replace(seen.command_line.begin(), seen.command_line.end(), '\0', ' ');
  return seen;
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid); bad == std::errc{} && *end == '\0')
      found.push_back(pid);
  }
  return found;
}

void reap_children() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

} // namespace

void adopt_orphans() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
    throw std::runtime_error{"become a subreaper failed"};
}

std::vector<process_view> descendants(pid_t root) {
  std::map<pid_t, process_view> everything;
  for (auto pid : all_pids())
    if (auto seen = look_at(pid))
      everything.emplace(pid, std::move(*seen));
  std::vector<process_view> found;
  std::set<pid_t> inside{root == 0 ? ::getpid() : root};
  for (bool grew = true; grew;) {
    grew = false;
    for (auto& [pid, process] : everything)
      if (inside.contains(process.parent) && inside.insert(pid).second) {
        found.push_back(process);
        grew = true;
      }
  }
  return found;
}

std::optional<process_view> find_descendant(std::string_view text) {
  for (auto& process : descendants())
    if (process.state != 'Z' && process.command_line.find(text) != std::string::npos)
      return process;
  return std::nullopt;
}

std::optional<sandbox_pids> find_sandbox_running(std::string_view text) {
  auto processes = descendants();
  auto by_pid = [&](pid_t pid) {
    return std::find_if(processes.begin(), processes.end(), [&](const auto& each) { return each.pid == pid; });
  };
  for (const auto& process : processes) {
    if (process.state == 'Z' || process.command_line.find(text) == std::string::npos)
      continue;
    for (auto at = by_pid(process.pid); at != processes.end(); at = by_pid(at->parent))
      if (at->is_init)
        return sandbox_pids{at->pid, at->parent};
  }
  return std::nullopt;
}

std::string to_lines(const std::vector<process_view>& processes) {
  std::string lines;
  for (const auto& process : processes)
    lines +=
      fmt::format("{} (parent {}) {} {}: {}\n", process.pid, process.parent, process.state, process.name, process.command_line);
  return lines;
}

std::string processes_left(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    reap_children();
    auto left = descendants();
    if (left.empty())
      return {};
    if (std::chrono::steady_clock::now() > deadline)
      return to_lines(left);
    ::poll(nullptr, 0, 5);
  }
}

void end_descendants() {
  for (const auto& process : descendants())
    ::kill(process.pid, SIGKILL);
  processes_left(std::chrono::seconds{10});
}

bool eventually(const std::function<bool()>& wished) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  while (!wished()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    ::poll(nullptr, 0, 3);
  }
  return true;
}

} // namespace strata::test
