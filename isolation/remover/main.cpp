// SPDX-License-Identifier: MIT
// strata-remover: deletes a session's tree for a plain user, whom most of it does not belong to. In a user namespace whose
// 0 is the user and whose other ids are the session's, user 0 may delete both. See isolation/wire/remover.hpp.

#include "isolation/launcher/id_maps.hpp"
#include "isolation/launcher/report.hpp"
#include "isolation/removal_walk.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/remover.hpp"

#include <cerrno>
#include <cstdlib>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace strata::remover {
namespace {

using launcher::fail;

struct order {
  std::string name;
  std::uint32_t first = 0, count = 0;
  launcher::mappers programs;
};

std::uint32_t number(const char* text) {
  char* end = nullptr;
  errno = 0;
  const auto value = std::strtoul(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || value == 0 || value > 0xfffffffeUL)
    fail(std::string{"remove: no id or count: "} + text, 0);
  return static_cast<std::uint32_t>(value);
}

order read_order(int argc, char** argv) {
  if (argc != 6)
    fail("usage: strata-remover NAME FIRST COUNT NEWUIDMAP NEWGIDMAP", 0, "it is run by strata");
  return {argv[1], number(argv[2]), number(argv[3]), {argv[4], argv[5]}};
}

/// In the host's user namespace, where the ids are known: maps those of `target` as soon as it is in its own.
[[noreturn]] void run_mapper(const order& what, const unique_fd& ready, pid_t target, uid_t user) {
  char go = 0;
  if (::read(ready.get(), &go, 1) != 1)
    ::_exit(1); // it has said why
  // Of groups only the session's: the user's own directories let their owner in, whatever their group.
  launcher::map_by_programs(what.programs, target, {{0, user, 1}, {1, what.first, what.count}}, {{1, what.first, what.count}});
  ::_exit(0);
}

void enter_user_namespace(const order& what) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    fail("make socket pair", errno);
  unique_fd ours{ends[0]};
  unique_fd theirs{ends[1]};
  const auto self = ::getpid();
  const auto user = ::geteuid();
  const auto mapper = ::fork(); // of a process with one thread and little memory
  if (mapper < 0)
    fail("start the process that maps ids", errno);
  if (mapper == 0) {
    ours.reset();
    run_mapper(what, theirs, self, user);
  }
  theirs.reset();
  if (::unshare(CLONE_NEWUSER) != 0)
    fail("make user namespace", errno, errno == ENOSPC || errno == EUSERS ? "user.max_user_namespaces is used up or 0" : nullptr);
  const char go = 1;
  if (::send(ours.get(), &go, 1, MSG_NOSIGNAL) != 1)
    ::_exit(1);
  int status = 0;
  while (::waitpid(mapper, &status, 0) < 0)
    if (errno != EINTR)
      fail("wait for the process that maps ids", errno);
  if (status != 0)
    ::_exit(1); // it has said why
}

int run(const order& what) {
  enter_user_namespace(what);
  const auto outcome = walk_and_remove(wire::remover_directory_fd, what.name);
  if (outcome.failures == 0)
    return 0;
  const auto more = outcome.failures - 1;
  fail(outcome.text + (more > 0 ? " (and " + std::to_string(more) + " more)" : ""), 0);
}

} // namespace
} // namespace strata::remover

int main(int argc, char** argv) { return strata::remover::run(strata::remover::read_order(argc, argv)); }
