// SPDX-License-Identifier: MIT
#include "isolation/spawn_launcher.hpp"

#include "isolation/pidfd.hpp"
#include "isolation/wire/inherited.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <utility>

namespace strata {

namespace {

constexpr int first_free = 16; // above every number of the contract

// dup2(2) onto the same number would keep close-on-exec, and one onto the number of a later source would overwrite it.
result<unique_fd> lifted(int fd) {
  unique_fd copy{::fcntl(fd, F_DUPFD_CLOEXEC, first_free)};
  if (!copy)
    return errno_error("duplicate a descriptor for the launcher");
  return copy;
}

class file_actions {
public:
  file_actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~file_actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  file_actions(const file_actions&) = delete;
  file_actions& operator=(const file_actions&) = delete;
  posix_spawn_file_actions_t* get() noexcept { return &actions_; }

private:
  posix_spawn_file_actions_t actions_;
};

class spawn_attributes {
public:
  spawn_attributes() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session of its own: an interrupt at the server's terminal is not for the sandboxes.
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~spawn_attributes() { ::posix_spawnattr_destroy(&attributes_); }
  spawn_attributes(const spawn_attributes&) = delete;
  spawn_attributes& operator=(const spawn_attributes&) = delete;
  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

private:
  posix_spawnattr_t attributes_;
};

} // namespace

result<unique_fd> spawn_launcher(const std::string& program, const launcher_descriptors& descriptors) {
  const std::array<std::pair<int, int>, 6> wanted{{{descriptors.report, 1},
                                                   {descriptors.report, 2},
                                                   {descriptors.plan, wire::plan_fd},
                                                   {descriptors.files_dir, wire::session_dir_fd},
                                                   {descriptors.control, wire::control_fd},
                                                   {descriptors.agent, wire::agent_fd}}};
  std::array<unique_fd, wanted.size()> sources;
  file_actions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    STRATA_TRY(sources[i], lifted(wanted[i].first));
    ::posix_spawn_file_actions_adddup2(actions.get(), sources[i].get(), wanted[i].second);
  }
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), wire::agent_fd + 1);

  const spawn_attributes attributes;
  const char* argv[] = {program.c_str(), nullptr};
  const char* environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", nullptr};
  pid_t pid = 0;
  const int failure = ::posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), const_cast<char* const*>(argv),
                                    const_cast<char* const*>(environment));
  if (failure != 0)
    return errno_error("start launcher", program, failure);
  auto pidfd = open_pidfd(pid);
  if (!pidfd) { // out of descriptors: without a report pipe's reader it ends by itself
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  return pidfd;
}

} // namespace strata
