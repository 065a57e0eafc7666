// SPDX-License-Identifier: MIT
#include "isolation/launcher/user_namespace.hpp"

#include "isolation/launcher/report.hpp"
#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

void write_file(const std::string& path, const std::string& text) {
  const unique_fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail("write " + path, errno, "the launcher needs /proc of the host");
}

// Only who is still in the upper namespace may map a range of it.
[[noreturn]] void map_same_ids(pid_t mapped, const wire::launch_plan& plan, const unique_fd& begin) {
  char go = 0;
  if (::read(begin.get(), &go, 1) != 1)
    ::_exit(1); // it has said why
  const auto process = "/proc/" + std::to_string(mapped);
  const auto line = "0 0 " + std::to_string(plan.id_count) + "\n";
  write_file(process + "/uid_map", line);
  write_file(process + "/gid_map", line);
  ::_exit(0);
}

} // namespace

void nest_user_namespace(const wire::launch_plan& plan) {
  ::prctl(PR_SET_DUMPABLE, 1); // else its maps belong to the host's root; bwrap is not dumped, nor is anything else here
  write_file("/proc/sys/user/max_user_namespaces", "1\n");
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    fail("make pipe", errno);
  const unique_fd begin{ends[0]};
  unique_fd tell{ends[1]};
  const auto self = ::getpid();
  const auto mapper = ::fork();
  if (mapper < 0)
    fail("start the mapper of ids", errno);
  if (mapper == 0) {
    tell.reset();
    map_same_ids(self, plan, begin);
  }
  if (::unshare(CLONE_NEWUSER) != 0)
    fail("make the inner user namespace", errno, errno == ENOSPC ? "user.max_user_namespaces is used up" : nullptr);
  const char go = 1;
  int status = 0;
  if (::write(tell.get(), &go, 1) != 1 || ::waitpid(mapper, &status, 0) != mapper || status != 0)
    fail("map ids of the inner user namespace", 0);
}

} // namespace strata::launcher
