// SPDX-License-Identifier: MIT
#include "tests/support/cgroups.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace strata::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> find_groups(const std::string& name) {
  std::vector<std::string> found;
  std::error_code failure;
  for (fs::recursive_directory_iterator at{"/sys/fs/cgroup", fs::directory_options::skip_permission_denied, failure}, end;
       !failure && at != end; at.increment(failure))
    if (at->is_directory(failure) && (at->path().native() + "/").find("/" + name + "/") != std::string::npos)
      found.push_back(at->path().native());
  std::sort(found.rbegin(), found.rend());
  return found;
}

} // namespace

std::string group_name(const fs::path& session_root) {
  struct stat root {};
  ::stat(session_root.c_str(), &root);
  return fmt::format("strata-{:x}-{:x}", root.st_dev, root.st_ino);
}

std::string groups_named(const std::string& name) {
  std::string lines;
  for (const auto& each : find_groups(name))
    lines += each + "\n";
  return lines;
}

void remove_groups(const std::string& name) {
  for (const auto& each : find_groups(name))
    ::rmdir(each.c_str());
}

} // namespace strata::test
