// SPDX-License-Identifier: MIT
#include "isolation/launcher/id_maps.hpp"

#include "isolation/launcher/report.hpp"
#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

std::string line(std::uint32_t first, std::uint32_t count) {
  return "0 " + std::to_string(first) + " " + std::to_string(count) + "\n";
}

void write_file(pid_t child, const char* name, const std::string& text) {
  const auto path = "/proc/" + std::to_string(child) + "/" + name;
  unique_fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail(std::string{"write "} + name + " " + text.substr(0, text.size() - 1), errno);
}

pid_t start_mapper(const std::string& program, const wire::launch_plan& plan, pid_t child) {
  const auto target = std::to_string(child);
  const auto first = std::to_string(plan.first_id);
  const auto count = std::to_string(plan.id_count);
  const char* argv[] = {program.c_str(), target.c_str(), "0", first.c_str(), count.c_str(), nullptr};
  char* const no_environment[] = {nullptr};
  const pid_t pid = ::vfork();
  if (pid == 0) {
    ::execve(program.c_str(), const_cast<char* const*>(argv), no_environment);
    ::_exit(127);
  }
  if (pid < 0)
    fail("start " + program, errno);
  return pid;
}

int wait_for(const std::string& program, pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      fail("wait for " + program, errno);
  return status;
}

// The program has already said on the report pipe what it dislikes.
void expect_success(const std::string& program, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    fail("run " + program, 0, "install the package uidmap");
  if (status != 0)
    fail("map ids with " + program, 0, "the user needs this range in /etc/subuid and /etc/subgid, and the program its setuid bit");
}

} // namespace

void check_map(const wire::launch_plan& plan) {
  const bool single = plan.map == wire::plan_map::single;
  if (plan.id_count == 0 || plan.first_id == 0 || plan.first_id + plan.id_count < plan.first_id || (single && ::getegid() == 0))
    fail("map ids: the range would contain id 0 of the host or is empty", 0);
}

void write_maps(const wire::launch_plan& plan, pid_t child) {
  switch (plan.map) {
  case wire::plan_map::range:
    write_file(child, "uid_map", line(plan.first_id, plan.id_count));
    write_file(child, "gid_map", line(plan.first_id, plan.id_count));
    return;
  case wire::plan_map::subid_range: {
    const auto groups = start_mapper(plan.newgidmap, plan, child); // side by side: each takes a millisecond
    const auto users = start_mapper(plan.newuidmap, plan, child);
    // Both, before one may end us: else the other would be left to somebody who does not know of it.
    const int group_status = wait_for(plan.newgidmap, groups);
    const int user_status = wait_for(plan.newuidmap, users);
    expect_success(plan.newgidmap, group_status);
    expect_success(plan.newuidmap, user_status);
    return;
  }
  case wire::plan_map::single:
    write_file(child, "setgroups", "deny\n"); // user_namespaces(7): needed before an unprivileged gid_map
    write_file(child, "uid_map", line(plan.first_id, 1));
    write_file(child, "gid_map", line(::getegid(), 1));
    return;
  }
  fail("map ids: unknown kind", 0);
}

} // namespace strata::launcher
