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

pid_t start_mapper(const std::string& program, pid_t child, const std::vector<id_line>& lines) {
  std::vector<std::string> words{program, std::to_string(child)};
  for (const auto& line : lines)
    for (const auto number : {line.inside, line.outside, line.count})
      words.push_back(std::to_string(number));
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  const pid_t pid = ::vfork();
  if (pid == 0) {
    ::execve(program.c_str(), argv.data(), no_environment);
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
    fail("map ids with " + program, 0,
         "the user needs this range in /etc/subuid and /etc/subgid, and the program its setuid bit");
}

} // namespace

void check_map(const wire::launch_plan& plan) {
  const bool single = plan.map == wire::plan_map::single;
  if (plan.id_count == 0 || plan.first_id == 0 || plan.first_id + plan.id_count < plan.first_id || (single && ::getegid() == 0))
    fail("map ids: the range would contain id 0 of the host or is empty", 0);
}

void map_by_programs(const mappers& programs, pid_t child, const std::vector<id_line>& users,
                     const std::vector<id_line>& groups) {
  const auto group_mapper = start_mapper(programs.newgidmap, child, groups); // side by side: each takes a millisecond
  const auto user_mapper = start_mapper(programs.newuidmap, child, users);
  // Both, before one may end us: else the other would be left to somebody who does not know of it.
  const int group_status = wait_for(programs.newgidmap, group_mapper);
  const int user_status = wait_for(programs.newuidmap, user_mapper);
  expect_success(programs.newgidmap, group_status);
  expect_success(programs.newuidmap, user_status);
}

void write_maps(const wire::launch_plan& plan, pid_t child) {
  switch (plan.map) {
  case wire::plan_map::range:
    write_file(child, "uid_map", line(plan.first_id, plan.id_count));
    write_file(child, "gid_map", line(plan.first_id, plan.id_count));
    return;
  case wire::plan_map::subid_range: {
    const std::vector<id_line> lines{{0, plan.first_id, plan.id_count}};
    map_by_programs({plan.newuidmap, plan.newgidmap}, child, lines, lines);
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
