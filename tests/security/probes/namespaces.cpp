// SPDX-License-Identifier: MIT
#include "tests/security/probes/probe.hpp"

#include <csignal>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::probes {

namespace {

constexpr int new_time_namespace = 0x80; // CLONE_NEWTIME

// ENOSPC is the limit on namespaces.
verdict by_attempt(long answer) { return answer < 0 && errno == ENOSPC ? held("none may be made") : by_answer(answer); }

// In a child, which the new namespaces end with.
template <int Flags> verdict by_unshare() {
  const int how = in_child([] { return ::unshare(Flags) == 0 ? 0 : errno; });
  errno = how;
  return by_attempt(how == 0 ? 0 : -1);
}

template <int Flags> verdict by_clone() {
  const auto child = ::syscall(SYS_clone, Flags | SIGCHLD, 0, 0, 0, 0);
  if (child == 0)
    ::_exit(0);
  if (child > 0)
    ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return by_attempt(child);
}

verdict by_clone3() {
  clone_args arguments{};
  arguments.flags = CLONE_NEWUSER;
  arguments.exit_signal = SIGCHLD;
  const auto child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0)
    ::_exit(0);
  if (child > 0)
    ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return by_attempt(child);
}

template <int Type> verdict by_setns(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return by_answer(-1);
  const auto answer = ::setns(file, Type);
  const int number = errno;
  ::close(file);
  errno = number;
  return by_answer(answer);
}

constexpr char group[] = "Namespaces";
constexpr probe table[] = {
  {group, "unshare_user", "No user namespace can be made by unshare(2)", weakness::open, by_unshare<CLONE_NEWUSER>},
  {group, "unshare_mount", "No mount namespace can be made", weakness::open, by_unshare<CLONE_NEWNS>},
  {group, "unshare_net", "No network namespace can be made", weakness::open, by_unshare<CLONE_NEWNET>},
  {group, "unshare_pid", "No pid namespace can be made", weakness::open, by_unshare<CLONE_NEWPID>},
  {group, "unshare_ipc", "No IPC namespace can be made", weakness::open, by_unshare<CLONE_NEWIPC>},
  {group, "unshare_uts", "No UTS namespace can be made", weakness::open, by_unshare<CLONE_NEWUTS>},
  {group, "unshare_cgroup", "No cgroup namespace can be made", weakness::open, by_unshare<CLONE_NEWCGROUP>},
  {group, "unshare_time", "No time namespace can be made", weakness::open, by_unshare<new_time_namespace>},
  {group, "clone_user", "No user namespace can be made by clone(2)", weakness::open, by_clone<CLONE_NEWUSER>},
  {group, "clone_mount_and_net", "No mount and network namespaces can be made by clone(2)", weakness::open,
   by_clone<CLONE_NEWNS | CLONE_NEWNET>},
  {group, "clone3_user", "clone3(2), whose flags a filter cannot see, is not there", weakness::open, by_clone3},
  {group, "setns_net", "The namespaces of process 1 cannot be entered", weakness::open,
   [] { return by_setns<CLONE_NEWNET>("/proc/1/ns/net"); }},
  {group, "setns_own", "setns(2) is refused, for one's own namespaces, too", weakness::open,
   [] { return by_setns<CLONE_NEWUTS>("/proc/self/ns/uts"); }},
};

} // namespace

std::span<const probe> namespace_probes() { return table; }

} // namespace strata::probes
