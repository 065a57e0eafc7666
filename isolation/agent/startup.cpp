// SPDX-License-Identifier: MIT
#include "isolation/agent/startup.hpp"

#include "isolation/agent/landlock.hpp"
#include "isolation/agent/privileges.hpp"
#include "isolation/agent/program.hpp"
#include "isolation/agent/work_group.hpp"
#include "isolation/wire/inherited.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::agent {

namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

unique_fd adopt(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return unique_fd{is_open(fd) ? fd : -1};
}

/// prlimit(2) works on whoever has the same user and group ids, and a payload could take our descriptors and processor
/// time away: a saved group id that no payload has by itself prevents it. What we execute gets rid of it by that.
void differ_from_payload() {
  constexpr auto keep = static_cast<gid_t>(-1);
  constexpr gid_t nogroup = 65534;
  if (::setresgid(keep, keep, nogroup) != 0)
    return; // a user namespace with a single id: nothing to differ by
}

void use_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

void give_up(const char* verb_object) {
  auto text = std::string{"strata-agent: "} + verb_object + ": " + std::strerror(errno) + "\n";
  if (::write(2, text.data(), text.size()) < 0)
    ::_exit(2);
  ::_exit(1);
}

arguments read_arguments(int count, char** words) {
  arguments wanted{.shell_mount = wire::shell_mount};
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == wire::keep_dumpable)
      wanted.guarded = false;
    else if (word == wire::keep_capabilities)
      wanted.reduces_capabilities = false;
    else if (word == wire::use_landlock)
      wanted.confines_writing = true;
    else if (word == wire::use_work_group)
      wanted.has_work_group = true;
    else if (word.starts_with(wire::open_files))
      wanted.open_files = std::strtoul(words[i] + std::strlen(wire::open_files), nullptr, 10);
    else
      wanted.shell_mount = words[i];
  }
  return wanted;
}

inheritance take_over(const arguments& wanted) {
  ::prctl(PR_SET_NAME, "strata-agent");
  if (wanted.guarded)
    differ_from_payload();
  use_all_descriptors();
  if (wanted.reduces_capabilities && ::getpid() == 1 && !reduce_capabilities())
    give_up("reduce capabilities");
  ::prctl(PR_SET_DUMPABLE, wanted.guarded ? 0 : 1); // last: a change of ids sets it anew
  if (::getpid() != 1)
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::close_range(3, wire::control_fd - 1, 0);
  ::close_range(wire::agent_fd, wire::agent_fd, 0);
  ::close_range(wire::life_fd + 1, wire::work_group_fd - 1, 0);
  ::close_range(wire::work_group_fd + (wanted.has_work_group ? 1 : 0), ~0U, 0);
  if (wanted.has_work_group)
    use_work_group(wire::work_group_fd);
  limit_open_files(wanted.open_files);
  static_assert(wire::control_fd == 5 && wire::agent_fd == 6 && wire::shell_dir_fd == 7 && wire::life_fd == 8);

  ::umask(0);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &child, nullptr);
  ::signal(SIGCHLD, SIG_DFL); // an inherited SIG_IGN would reap behind our back
  ::signal(SIGPIPE, SIG_IGN);

  inheritance all{adopt(wire::control_fd), adopt(wire::shell_dir_fd), adopt(wire::life_fd),
                  unique_fd{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)}};
  if (!all.control)
    give_up("take control socket");
  if (!all.proc)
    give_up("open /proc");
  if (wanted.confines_writing && !confine_writing(all.shell_folder.get()))
    give_up("confine writing by landlock");
  return all;
}

void report_ready() {
  constexpr auto size = sizeof wire::ready_mark - 1;
  if (::write(1, wire::ready_mark, size) != static_cast<ssize_t>(size))
    give_up("report ready");
  unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!null)
    give_up("open /dev/null");
  for (int fd = 0; fd <= 2; ++fd)
    ::dup2(null.get(), fd);
}

} // namespace strata::agent
