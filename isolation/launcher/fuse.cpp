// SPDX-License-Identifier: MIT
#include "isolation/launcher/fuse.hpp"

#include "isolation/launcher/report.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

constexpr int daemon_device = 3; // libfuse takes an already mounted device as mount point /dev/fd/3 (fuse_session_mount)

[[noreturn]] void run_daemon(const fuse_overlay& overlay, const unique_fd& device, const unique_fd& mounted) {
  report_child(::getpid());
  char go = 0;
  if (::read(mounted.get(), &go, 1) != 1)
    ::_exit(1); // the mount failed, which has been reported
  // The descriptors of the agent are not for the daemon; dup2() also drops close-on-exec unless the number is the same.
  if (device.get() == daemon_device ? ::fcntl(device.get(), F_SETFD, 0) != 0 : ::dup2(device.get(), daemon_device) < 0)
    fail("hand /dev/fuse to fuse-overlayfs", errno);
  ::close_range(daemon_device + 1, ~0U, 0);
  ::signal(SIGPIPE, SIG_IGN); // it may complain on the report pipe when nobody reads that any more
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const auto options = "lowerdir=" + overlay.lower + ",upperdir=" + overlay.upper + ",workdir=" + overlay.work
                       + (overlay.squash_to_root ? ",squash_to_root" : "");
  const char* argv[] = {"fuse-overlayfs", "-f", "-o", options.c_str(), "/dev/fd/3", nullptr};
  char* const no_environment[] = {nullptr};
  ::execve(overlay.program.c_str(), const_cast<char* const*>(argv), no_environment);
  fail("run " + overlay.program, errno, "install the package fuse-overlayfs");
}

} // namespace

unique_fd open_fuse_device() {
  unique_fd device{::open("/dev/fuse", O_RDWR | O_CLOEXEC)};
  if (!device)
    fail("open /dev/fuse", errno,
         errno == EACCES ? "its usual mode is 0666: chmod 0666 /dev/fuse, or use the driver kernel"
                         : "load the module fuse, or use the driver kernel");
  return device;
}

void start_fuse_overlay(const fuse_overlay& overlay, unique_fd device) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    fail("make pipe", errno);
  const unique_fd mounted{ends[0]};
  unique_fd tell_mounted{ends[1]};
  const auto pid = static_cast<pid_t>(::syscall(SYS_clone, CLONE_PARENT | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0));
  if (pid < 0)
    fail("start the keeper of fuse-overlayfs", errno);
  if (pid == 0) {
    tell_mounted.reset();
    run_daemon(overlay, device, mounted);
  }

  const auto options =
    "fd=" + std::to_string(device.get()) + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions";
  if (::mount("fuse-overlayfs", wire::root_tree, "fuse.fuse-overlayfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    fail("mount fuse on /", errno);
  device.reset(); // else the daemon's end would not end the connection, and the wait below would be for ever
  const char go = 1;
  if (::write(tell_mounted.get(), &go, 1) != 1)
    fail("start fuse-overlayfs", errno);
  struct stat status {};
  if (::stat(wire::root_tree, &status) != 0) // answered by the daemon once it serves
    fail("wait for fuse-overlayfs", errno, "it ended before it served the session's files");
}

} // namespace strata::launcher
