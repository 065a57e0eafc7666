// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/birth_mark.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/messages.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::agent {

/// A program to start.
struct program {
  std::vector<std::string> argv; ///< argv[0] without a slash is looked up in PATH of `env`
  std::vector<std::string> env;  ///< the whole environment, K=V
  std::string cwd;               ///< empty: the home of the user, `/` where that is missing
  std::string user;              ///< as find_account takes it; another than root gets its own HOME, USER and LOGNAME
  birth_mark mark = 0;
  unique_fd in, out, err;
  unique_fd image = unique_fd{}; ///< the program itself, where it is no file of the session; argv[0] is only its name then
  bool terminal = false;         ///< `in` is a terminal and becomes the controlling one
};

struct spawned {
  pid_t pid = 0; ///< 0: not started, for the reason below
  wire::refusal why = wire::refusal::start_failed;
  int number = 0;
  uid_t user = 0;
  gid_t group = 0;
};

/// Most descriptors of what spawn() starts; 0: as many as this process may have.
void limit_open_files(unsigned long most);

/// Starts it by vfork(2) and execve(2), in a session and process group of its own, with default signals, umask 022 and
/// its birth mark. Blocks until the exec has succeeded or failed, so it is for a keeper. `proc`: descriptor of /proc.
/// `forked` is called with `context` by the child itself before it executes anything: it must not allocate.
spawned spawn(program& what, int proc, void (*forked)(int context, pid_t self), int context);

} // namespace strata::agent
