// SPDX-License-Identifier: MIT
#include "isolation/launcher/user_namespace.hpp"

#include "isolation/launcher/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

void write_file(const std::string& path, const std::string& text) {
  const unique_fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail("write " + path, errno, "the launcher needs /proc of the host");
}

// Whoever is gone has said why.
void tell(const unique_fd& socket) {
  const char word = 1;
  if (::send(socket.get(), &word, 1, MSG_NOSIGNAL) != 1)
    ::_exit(1);
}

void hear(const unique_fd& socket) {
  char word = 0;
  if (::recv(socket.get(), &word, 1, 0) != 1)
    ::_exit(1);
}

} // namespace

void nest_user_namespace(const unique_fd& socket) {
  ::prctl(PR_SET_DUMPABLE, 1); // else its maps belong to the host's root
  write_file("/proc/sys/user/max_user_namespaces", "1\n");
  if (::unshare(CLONE_NEWUSER) != 0)
    fail("make the inner user namespace", errno, errno == ENOSPC ? "user.max_user_namespaces is used up" : nullptr);
  tell(socket);
  hear(socket);
}

void map_nested(const wire::launch_plan& plan, pid_t child, const unique_fd& socket, const unique_fd& upper) {
  hear(socket);
  if (::setns(upper.get(), CLONE_NEWUSER) != 0)
    fail("enter the session's user namespace", errno);
  const auto process = "/proc/" + std::to_string(child);
  const auto line = "0 0 " + std::to_string(plan.id_count) + "\n";
  write_file(process + "/uid_map", line);
  write_file(process + "/gid_map", line);
  tell(socket);
}

} // namespace strata::launcher
