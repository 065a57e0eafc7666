// SPDX-License-Identifier: MIT
#include "tests/security/probes/probe.hpp"

#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char** environ;

namespace strata::probes {

namespace {

constexpr unsigned nobody = 65534;
constexpr char copy[] = "/tmp/strata-probe-copy";

bool copy_of_this_program(mode_t mode) {
  const int from = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ::unlink(copy);
  const int to = ::open(copy, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
  char part[65536];
  for (ssize_t got = 1; from >= 0 && to >= 0 && got > 0;) {
    got = ::read(from, part, sizeof part);
    if (got > 0 && ::write(to, part, static_cast<std::size_t>(got)) != got)
      return false;
  }
  const bool made = to >= 0 && ::fchmod(to, mode) == 0;
  ::close(from);
  ::close(to);
  return made;
}

// As nobody: what the copied program says of itself.
int run_copy(const char* question) {
  const auto child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0)
      ::_exit(9);
    ::execl(copy, copy, question, nullptr);
    ::_exit(9);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::unlink(copy);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool has_capability(unsigned which) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2]{};
  return ::syscall(SYS_capget, &header, sets) == 0 && (sets[which / 32].effective >> which % 32 & 1) != 0;
}

verdict gain(const char* question) {
  const int how = run_copy(question);
  if (how == 9)
    return absent("no second user here");
  return how == 1 ? broken("it ran with more") : how == 0 ? held("it ran without") : absent("it did not run");
}

verdict by_setuid() {
  if (!copy_of_this_program(04755))
    return absent("no program could be made setuid");
  return gain("am-i-root");
}

verdict by_file_capability() {
  if (!copy_of_this_program(0755))
    return absent("no program could be made");
  const vfs_cap_data capabilities{VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, {{1U << CAP_CHOWN, 0}, {0, 0}}};
  if (::setxattr(copy, "security.capability", &capabilities, sizeof capabilities, 0) != 0)
    return held(error_text(errno));
  return gain("have-i-chown");
}

verdict by_capset(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2]{};
  if (::syscall(SYS_capget, &header, sets) != 0)
    return by_answer(-1);
  sets[capability / 32].permitted |= 1U << capability % 32;
  sets[capability / 32].effective |= 1U << capability % 32;
  return by_answer(::syscall(SYS_capset, &header, sets));
}

verdict by_bounding_set(int capability) {
  return ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 0 ? held("not in the bounding set") : broken("in the bounding set");
}

template <int Resource> verdict by_raising() {
  rlimit limit{};
  const auto resource = static_cast<__rlimit_resource>(Resource);
  ::getrlimit(resource, &limit);
  if (limit.rlim_max == RLIM_INFINITY)
    return broken("unlimited");
  ++limit.rlim_max;
  return by_answer(::setrlimit(resource, &limit));
}

verdict other_descriptors() {
  auto* const directory = ::opendir("/proc/self/fd");
  std::string found;
  while (directory != nullptr) {
    const auto* entry = ::readdir(directory);
    if (entry == nullptr)
      break;
    const auto number = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && number > 2 && number != ::dirfd(directory))
      found.append(" ").append(entry->d_name);
  }
  if (directory != nullptr)
    ::closedir(directory);
  return found.empty() ? held("0, 1 and 2") : broken("open:" + found);
}

verdict server_environment() {
  for (char** each = environ; *each != nullptr; ++each)
    if (std::strstr(*each, "STRATA_PROBE_SECRET") != nullptr)
      return broken(*each);
  return held();
}

constexpr char group[] = "Privileges";
constexpr probe table[] = {
  {group, "setuid_program", "A setuid program gains nothing", weakness::bare, by_setuid},
  {group, "file_capability", "A program's file capabilities gain nothing", weakness::bare, by_file_capability},
  {group, "raise_sys_admin", "CAP_SYS_ADMIN cannot be had", weakness::open, [] { return by_capset(CAP_SYS_ADMIN); }},
  {group, "raise_sys_ptrace", "CAP_SYS_PTRACE cannot be had", weakness::open, [] { return by_capset(CAP_SYS_PTRACE); }},
  {group, "raise_net_admin", "CAP_NET_ADMIN cannot be had", weakness::open, [] { return by_capset(CAP_NET_ADMIN); }},
  {group, "raise_dac_read_search", "CAP_DAC_READ_SEARCH cannot be had", weakness::open,
   [] { return by_capset(CAP_DAC_READ_SEARCH); }},
  {group, "bounding_sys_admin", "The bounding set holds no CAP_SYS_ADMIN", weakness::open,
   [] { return by_bounding_set(CAP_SYS_ADMIN); }},
  {group, "bounding_sys_resource", "The bounding set holds no CAP_SYS_RESOURCE", weakness::open,
   [] { return by_bounding_set(CAP_SYS_RESOURCE); }},
  {group, "raise_open_files", "A hard limit cannot be raised", weakness::bare, by_raising<RLIMIT_NOFILE>},
  {group, "raise_core_size", "Core dumps cannot be allowed", weakness::bare, by_raising<RLIMIT_CORE>},
  {group, "inherited_descriptors", "No descriptor of the server's is inherited", weakness::planted, other_descriptors},
  {group, "server_environment", "Nothing of the server's environment is seen", weakness::planted, server_environment},
};

// The copies answer by their exit code.
constexpr probe questions[] = {
  {"", "am-i-root", "", weakness::bare, [] { return ::geteuid() == 0 ? broken("root") : held("not root"); }},
  {"", "have-i-chown", "", weakness::bare, [] { return has_capability(CAP_CHOWN) ? broken("yes") : held("no"); }},
};

} // namespace

std::span<const probe> privilege_probes() { return table; }
std::span<const probe> privilege_questions() { return questions; }

} // namespace strata::probes
