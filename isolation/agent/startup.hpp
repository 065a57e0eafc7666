// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

namespace strata::agent {

/// What its arguments ask for (isolation/wire/inherited.hpp).
struct arguments {
  bool guarded = true; ///< against a payload that is root like itself
  bool reduces_capabilities = true;
  bool confines_writing = false;
  bool has_work_group = false;
  unsigned long open_files = 0; ///< 0: as many as the agent itself may have
  const char* shell_mount;      ///< where the payload sees it; another only in trials outside a sandbox
};

arguments read_arguments(int count, char** words);

/// What the launcher handed in (isolation/wire/inherited.hpp), taken into care.
struct inheritance {
  unique_fd control;
  unique_fd shell_folder;
  unique_fd life; ///< only kept open
  unique_fd proc; ///< /proc of this pid namespace
};

/// Makes this process undumpable, of few capabilities, the reaper of everything, deaf to SIGPIPE, with SIGCHLD blocked, umask 0, and
/// without any descriptor but these and 0-2. Ends the process with a word to the report pipe if something is missing.
inheritance take_over(const arguments& wanted);

/// Says that the agent listens, and gives the report pipe up: 0-2 are /dev/null then.
void report_ready();

/// A last word to the report pipe, then exit code 1.
[[noreturn]] void give_up(const char* verb_object);

} // namespace strata::agent
