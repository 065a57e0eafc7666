// SPDX-License-Identifier: MIT
#include "isolation/agent/borrowed_identity.hpp"

#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace strata::agent {

namespace {
constexpr uid_t keep = static_cast<uid_t>(-1);
}

borrowed_identity::borrowed_identity(uid_t user, gid_t group) noexcept
  : own_user_{::getuid()}, own_group_{::getgid()}, borrowed_{user != own_user_ || group != own_group_} {
  if (!borrowed_)
    return;
  // Groups first and back last: changing them needs the capabilities that a filesystem user id takes away.
  if (::setresgid(group, keep, keep) == 0)
    ::setfsgid(group);
  if (::setresuid(user, keep, keep) == 0)
    ::setfsuid(user);
  ::prctl(PR_SET_DUMPABLE, 0); // the kernel has just set it to fs.suid_dumpable
}

borrowed_identity::~borrowed_identity() {
  if (!borrowed_)
    return;
  ::setfsuid(::geteuid());
  if (::setresuid(own_user_, keep, keep) != 0)
    return; // cannot fail: the effective id is privileged over its own user namespace
  ::setfsgid(::getegid());
  if (::setresgid(own_group_, keep, keep) != 0)
    return;
  ::prctl(PR_SET_DUMPABLE, 0);
}

} // namespace strata::agent
