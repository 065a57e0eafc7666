// SPDX-License-Identifier: MIT
// strata-launcher: makes the namespaces and the file system of one session and becomes bwrap there.
// It is spawned with the descriptors of isolation/wire/inherited.hpp. The process that was spawned (L) stays in the
// host's namespaces, writes the id maps and clones the base's mounts; its child (C) lives in the new ones. C is made with
// CLONE_PARENT, so that the server reaps it and L can go.

#include "isolation/launcher/groups.hpp"
#include "isolation/launcher/id_maps.hpp"
#include "isolation/launcher/inside.hpp"
#include "isolation/launcher/layers.hpp"
#include "isolation/launcher/report.hpp"
#include "isolation/launcher/user_namespace.hpp"
#include "isolation/wire/inherited.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::launcher {
namespace {

wire::launch_plan read_plan() {
  struct stat status {};
  if (::fstat(wire::plan_fd, &status) != 0)
    fail("examine the launch plan", errno);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (::pread(wire::plan_fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    fail("read the launch plan", errno);
  wire::launch_plan plan;
  if (!wire::decode(bytes.data(), bytes.size(), plan))
    fail("read the launch plan: malformed", 0, "server and launcher must be of one version");
  if (plan.bwrap.empty() || plan.layers.empty() || plan.layers.size() > max_layers || !plan.layers[0].target.empty())
    fail("read the launch plan: no program, or not 1 to " + std::to_string(max_layers) + " layers with the root first", 0);
  if (plan.seccomp_programs > wire::max_seccomp_programs)
    fail("read the launch plan: too many seccomp programs", 0);
  return plan;
}

const char* clone_hint(int number) {
  switch (number) {
  case EPERM:
    return "user namespaces are forbidden here; see kernel.unprivileged_userns_clone and the container's seccomp profile";
  case ENOSPC:
  case EUSERS: return "user.max_user_namespaces is used up or 0";
  default: return nullptr;
  }
}

int run() {
  const auto plan = read_plan();
  check_map(plan);
  if (::fchdir(wire::session_dir_fd) != 0)
    fail("enter the session's files directory", errno);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    fail("make socket pair", errno);
  unique_fd ours{ends[0]};
  unique_fd theirs{ends[1]};
  const auto work_group = open_work_group(plan);
  // A fork of a process with one thread and little memory; the raw call because of CLONE_PARENT with new namespaces.
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_PARENT | CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0));
  if (child < 0)
    fail("make user and mount namespaces", errno, clone_hint(errno));
  if (child == 0) {
    report_child(::getpid());
    ours.reset();
    run_inside(plan, std::move(theirs), work_group);
  }
  theirs.reset();
  enter_groups(plan, child);
  write_maps(plan, child);
  const auto user_namespace = open_user_namespace(child);
  std::vector<unique_fd> layers;
  if (plan.shift != 0)
    layers = clone_layers(plan, &user_namespace);
  send_layers(ours, layers);
  if (plan.nest != 0)
    map_nested(plan, child, ours, user_namespace);
  return 0;
}

} // namespace
} // namespace strata::launcher

int main() { return strata::launcher::run(); }
