// SPDX-License-Identifier: MIT
#include "isolation/launcher/inside.hpp"

#include "isolation/launcher/compose.hpp"
#include "isolation/launcher/fuse.hpp"
#include "isolation/launcher/ipc.hpp"
#include "isolation/launcher/layers.hpp"
#include "isolation/launcher/report.hpp"
#include "isolation/launcher/user_namespace.hpp"
#include "isolation/wire/inherited.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <grp.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

// bwrap looks its sources up by absolute path, and the session's own directory is below one that the mapped ids may not
// enter. /tmp is the one directory that bwrap itself relies on.
constexpr char scratch[] = "/tmp";

void detach_from_host() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    fail("make mounts private", errno,
         errno == EPERM || errno == EACCES
           ? "the host denies capabilities in user namespaces, e.g. by kernel.apparmor_restrict_unprivileged_userns"
           : nullptr);
}

unique_fd clone_files() {
  unique_fd files{::open_tree(AT_FDCWD, ".", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)};
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (!files || ::mount_setattr(files.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0)
    fail("clone the session's files directory", errno);
  return files;
}

void become_root_inside(const wire::launch_plan& plan) {
  // With a single id setgroups(2) is denied; the server's own groups have no name inside.
  if ((plan.map != wire::plan_map::single && ::setgroups(0, nullptr) != 0) || ::setresgid(0, 0, 0) != 0
      || ::setresuid(0, 0, 0) != 0)
    fail("become root of the user namespace", errno);
}

void make_scratch(const unique_fd& files) {
  if (::mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k,nr_inodes=512") != 0 || ::chdir(scratch) != 0)
    fail("mount scratch tmpfs", errno);
  make_directory("files");
  make_directory(wire::root_tree);
  make_directory(wire::shell_tree);
  if (::move_mount(files.get(), "", AT_FDCWD, "files", MOVE_MOUNT_F_EMPTY_PATH) != 0)
    fail("mount the session's files directory", errno);
}

// The agent's descriptor is of a detached copy of the mount: its ".." leads nowhere, while that of the mount that bwrap
// binds would lead up to the host's root.
unique_fd make_shell_mount() {
  if (::mount("tmpfs", wire::shell_tree, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=32m,nr_inodes=8192") != 0)
    fail("mount the shell tmpfs", errno);
  const unique_fd detached{::open_tree(AT_FDCWD, wire::shell_tree, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)};
  unique_fd directory{detached ? ::openat(detached.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1};
  if (!directory)
    fail("open the shell tmpfs", errno);
  return directory;
}

void set_limits(const wire::launch_plan& plan) {
  for (const auto& limit : plan.limits) {
    const auto resource = static_cast<__rlimit_resource>(limit.resource);
    rlimit now{};
    if (::getrlimit(resource, &now) != 0)
      fail("read resource limit " + std::to_string(limit.resource), errno);
    now.rlim_max = std::min<rlim_t>(now.rlim_max, limit.hard);
    now.rlim_cur = std::min<rlim_t>(now.rlim_max, limit.soft);
    if (::setrlimit(resource, &now) != 0)
      fail("set resource limit " + std::to_string(limit.resource), errno);
  }
}

// What stays: 0-2, the control socket, the agent, the shell directory, and for bwrap the seccomp programs.
void keep_contract_descriptors(const wire::launch_plan& plan, const unique_fd& shell, const unique_fd& work_group) {
  static_assert(wire::plan_fd == 3 && wire::session_dir_fd == 4 && wire::control_fd == 5 && wire::agent_fd == 6
                && wire::shell_dir_fd == 7 && wire::given_seccomp_fd == wire::shell_dir_fd && wire::seccomp_fd == 9
                && wire::work_group_fd == wire::seccomp_fd + wire::max_seccomp_programs);
  constexpr int out_of_the_way = wire::work_group_fd + 1;
  const int directory = ::fcntl(shell.get(), F_DUPFD, out_of_the_way);
  const int group = work_group ? ::fcntl(work_group.get(), F_DUPFD, out_of_the_way) : -1;
  for (int i = plan.seccomp_programs - 1; i >= 0; --i)
    if (::dup2(wire::given_seccomp_fd + i, wire::seccomp_fd + i) < 0)
      fail("hand the seccomp filter on", errno);
  if (directory < 0 || ::dup2(directory, wire::shell_dir_fd) < 0)
    fail("hand the shell directory on", errno);
  if (work_group && ::dup2(group, wire::work_group_fd) < 0)
    fail("hand the cgroup on", errno);
  ::close_range(wire::plan_fd, wire::session_dir_fd, 0);
  ::close_range(wire::shell_dir_fd + 1, wire::seccomp_fd - 1, 0);
  if (plan.seccomp_programs < wire::max_seccomp_programs)
    ::close_range(wire::seccomp_fd + plan.seccomp_programs, wire::work_group_fd - 1, 0);
  ::close_range(work_group ? out_of_the_way : wire::work_group_fd, ~0U, 0);
}

} // namespace

void run_inside(const wire::launch_plan& plan, unique_fd socket, const unique_fd& work_group) {
  // Before the maps are there: everything that needs the server's own ids.
  detach_from_host();
  const auto files = clone_files();
  std::vector<unique_fd> layers;
  if (plan.shift == 0)
    layers = clone_layers(plan, nullptr);
  unique_fd device;
  if (plan.driver == wire::plan_driver::fuse)
    device = open_fuse_device();

  auto shifted = receive_layers(socket);
  if (plan.shift != 0)
    layers = std::move(shifted);
  if (layers.size() != plan.layers.size())
    fail("receive the base layers", 0);

  become_root_inside(plan);
  ::umask(022);
  make_scratch(files);
  if (plan.driver == wire::plan_driver::fuse)
    compose_fuse_root(plan, std::move(layers), std::move(device));
  else
    compose_root(plan, std::move(layers));
  if (plan.driver == wire::plan_driver::none)
    make_directory(wire::home_tree, 0700);
  const auto shell = make_shell_mount();
  set_limits(plan);
  if (plan.nest != 0)
    nest_user_namespace(socket);
  make_ipc_namespace(plan);
  keep_contract_descriptors(plan, shell, work_group);

  std::vector<char*> argv;
  for (const auto& argument : plan.bwrap)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  ::execve(argv[0], argv.data(), no_environment);
  fail("run " + plan.bwrap[0], errno, "install the package bubblewrap");
}

} // namespace strata::launcher
