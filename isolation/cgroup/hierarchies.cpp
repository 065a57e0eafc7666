// SPDX-License-Identifier: MIT
#include "isolation/cgroup/hierarchies.hpp"

#include <sstream>
#include <vector>

namespace strata {

namespace {

struct mount_line {
  std::string root, where, type, options;
};

// proc_pid_mountinfo(5): id parent major:minor root where options [tags] - type source options
std::vector<mount_line> cgroup_mounts(const std::string& mountinfo) {
  std::vector<mount_line> found;
  std::istringstream lines{mountinfo};
  for (std::string line; std::getline(lines, line);) {
    const auto separator = line.find(" - ");
    if (separator == std::string::npos)
      continue;
    mount_line mount;
    std::string skipped;
    std::istringstream{line.substr(0, separator)} >> skipped >> skipped >> skipped >> mount.root >> mount.where;
    std::istringstream{line.substr(separator + 3)} >> mount.type >> skipped >> mount.options;
    if (mount.type == "cgroup" || mount.type == "cgroup2")
      found.push_back(std::move(mount));
  }
  return found;
}

bool has_word(const std::string& list, const std::string& word) {
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

// Where a group is seen: the mount may show a part of the hierarchy only.
std::string directory_of(const mount_line& mount, const std::string& group) {
  if (mount.root == "/")
    return mount.where + (group == "/" ? "" : group);
  if (group == mount.root)
    return mount.where;
  return group.starts_with(mount.root + "/") ? mount.where + group.substr(mount.root.size()) : "";
}

} // namespace

cgroup_hierarchies find_hierarchies(const std::string& cgroup, const std::string& mountinfo) {
  const auto mounts = cgroup_mounts(mountinfo);
  cgroup_hierarchies found;
  std::istringstream lines{cgroup};
  for (std::string line; std::getline(lines, line);) { // id:controllers:group; of the unified one "0::group"
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto group = line.substr(second + 1);
    if (!group.starts_with('/'))
      continue;
    for (const auto& mount : mounts) {
      if (controllers.empty() && mount.type == "cgroup2")
        found.v2 = directory_of(mount, group);
      for (const auto* each : {"memory", "pids", "cpu"})
        if (mount.type == "cgroup" && has_word(controllers, each) && has_word(mount.options, each))
          if (auto directory = directory_of(mount, group); !directory.empty())
            found.v1[each] = std::move(directory);
    }
  }
  return found;
}

} // namespace strata
