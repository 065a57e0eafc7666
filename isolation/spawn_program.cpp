// SPDX-License-Identifier: MIT
#include "isolation/spawn_program.hpp"

#include "isolation/pidfd.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

namespace strata {

namespace {

constexpr int first_free = 16; // above every number that a program gets

// dup2(2) onto the same number would keep close-on-exec, and one onto the number of a later source would overwrite it.
result<unique_fd> lifted(int fd, std::string_view what) {
  unique_fd copy{::fcntl(fd, F_DUPFD_CLOEXEC, first_free)};
  if (!copy)
    return errno_error("duplicate a descriptor for", what);
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

result<unique_fd> spawn_program(std::string_view what, const std::vector<std::string>& arguments,
                                const std::vector<passed_descriptor>& descriptors) {
  std::vector<unique_fd> sources;
  file_actions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  int last = 0;
  for (const auto& descriptor : descriptors) {
    STRATA_TRY(auto source, lifted(descriptor.fd, what));
    ::posix_spawn_file_actions_adddup2(actions.get(), source.get(), descriptor.number);
    sources.push_back(std::move(source));
    last = std::max(last, descriptor.number);
  }
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), last + 1);

  const spawn_attributes attributes;
  std::vector<char*> argv;
  for (const auto& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const char* environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", nullptr};
  pid_t pid = 0;
  const int failure =
    ::posix_spawn(&pid, argv[0], actions.get(), attributes.get(), argv.data(), const_cast<char* const*>(environment));
  if (failure != 0)
    return errno_error(std::string{"start "}.append(what), arguments[0], failure);
  auto pidfd = open_pidfd(pid);
  if (!pidfd) { // out of descriptors
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  return pidfd;
}

} // namespace strata
