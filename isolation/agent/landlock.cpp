// SPDX-License-Identifier: MIT
#include "isolation/agent/landlock.hpp"

#include "isolation/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::agent {

namespace {

// Debian 12's headers end at ABI 2.
constexpr std::uint64_t truncating = 1ULL << 14;    // ABI 3
constexpr std::uint64_t scoped_abstract_socket = 1; // ABI 6
constexpr std::uint64_t scoped_signal = 1ULL << 1;  // ABI 6
struct ruleset_attributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0; // ABI 4
  std::uint64_t scoped = 0;             // ABI 6
};

constexpr std::uint64_t changing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
                                   | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
                                   | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK
                                   | LANDLOCK_ACCESS_FS_MAKE_SYM;
// The last one is where the kernel has its message queues mounted for itself, too (mq_overview(7)): the same directory.
constexpr std::array writable{"/root", "/tmp", "/var/tmp", "/run", "/dev", "/proc", "/dev/mqueue"};

bool allow(int ruleset, int directory, std::uint64_t access) {
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = access;
  beneath.parent_fd = directory;
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

} // namespace

bool confine_writing(int shell_folder) {
  const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1)
    return true;
  ruleset_attributes handled;
  handled.handled_access_fs = changing;
  if (version >= 2)
    handled.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3)
    handled.handled_access_fs |= truncating;
  std::size_t size = sizeof handled.handled_access_fs;
  if (version >= 6) {
    handled.scoped = scoped_abstract_socket | scoped_signal;
    size = sizeof handled;
  }
  const unique_fd ruleset{static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, size, 0))};
  if (!ruleset || (shell_folder >= 0 && !allow(ruleset.get(), shell_folder, handled.handled_access_fs)))
    return false;
  for (const auto* path : writable) {
    const unique_fd directory{::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || !allow(ruleset.get(), directory.get(), handled.handled_access_fs))
      return false;
  }
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

} // namespace strata::agent
