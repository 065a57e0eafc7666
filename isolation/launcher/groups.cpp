// SPDX-License-Identifier: MIT
#include "isolation/launcher/groups.hpp"

#include "isolation/launcher/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace strata::launcher {

unique_fd open_work_group(const wire::launch_plan& plan) {
  if (plan.work_group.empty())
    return unique_fd{};
  unique_fd file{::open(plan.work_group.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file)
    fail("open cgroup " + plan.work_group, errno);
  return file;
}

void enter_groups(const wire::launch_plan& plan, pid_t child) {
  const auto pid = std::to_string(child);
  for (const auto& place : plan.groups) {
    const unique_fd file{::open(place.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file || ::write(file.get(), pid.data(), pid.size()) != static_cast<ssize_t>(pid.size()))
      fail("enter cgroup " + place, errno);
  }
}

} // namespace strata::launcher
