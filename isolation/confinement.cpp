// SPDX-License-Identifier: MIT
#include "isolation/confinement.hpp"

#include <grp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr unsigned nobody = 65534;
constexpr rlim_t memory = 256 << 20;

bool become_nobody() {
  if (::geteuid() != 0)
    return true; // a plain user's server: there is no other that it may be
  return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 && ::setresuid(nobody, nobody, nobody) == 0;
}

bool limit(int what, rlim_t most) {
  const rlimit both{most, most};
  return ::setrlimit(static_cast<__rlimit_resource>(what), &both) == 0;
}

/// Anything else kills the process.
bool allow_only_reading_and_writing(std::initializer_list<int> further) {
  auto* const filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr)
    return false;
  bool done = true;
  for (const int call : {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
                         SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn)})
    done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  for (const int call : further)
    done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  done = done && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  done = done && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return done;
}

} // namespace

bool confine(std::initializer_list<int> further, std::uint64_t file_bytes) {
  return become_nobody() && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && limit(RLIMIT_AS, memory) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, file_bytes) && limit(RLIMIT_NPROC, 0)
         && allow_only_reading_and_writing(further);
}

} // namespace strata
