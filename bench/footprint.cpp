// SPDX-License-Identifier: MIT
#include "bench/footprint.hpp"

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace strata::bench {

namespace {

/// The number behind "NAME:" in a file of /proc; 0 when there is none.
double field(const std::string& path, std::string_view name) {
  std::ifstream lines{path};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name))
      return std::stod(line.substr(name.size()));
  return 0;
}

std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr == name.data() + name.size())
      found[pid] = static_cast<pid_t>(field(entry.path() / "status", "PPid:"));
  }
  return found;
}

} // namespace

footprint footprint_of(pid_t server) {
  const auto parent_of = parents();
  std::set<pid_t> below{server};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [pid, parent] : parent_of)
      grew = (below.contains(parent) && below.insert(pid).second) || grew;
  }
  below.erase(server);
  footprint sum;
  sum.processes = below.size();
  for (auto pid : below)
    sum.sessions_kib += field(fmt::format("/proc/{}/smaps_rollup", pid), "Pss:");
  sum.server_kib = field(fmt::format("/proc/{}/status", server), "VmRSS:");
  sum.machine_kib = field("/proc/meminfo", "MemTotal:") - field("/proc/meminfo", "MemAvailable:");
  return sum;
}

} // namespace strata::bench
