// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace strata::test {

/// One process that this test started, directly or not, as /proc shows it.
struct process_view {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';         ///< 'Z': ended, its parent has not asked yet
  std::string name;         ///< at most 15 bytes
  std::string command_line; ///< arguments with blanks between
  bool is_init = false;     ///< PID 1 of a pid namespace below ours: an agent
};

/// Makes orphans below this process its children, so that descendants() misses none. Call it before anything is started.
void adopt_orphans();

/// All processes below `root` (this process by default) now. Never looks at processes of others.
std::vector<process_view> descendants(pid_t root = 0);

/// One line each, for the message of a test.
std::string to_lines(const std::vector<process_view>& processes);

/// A process below this one whose command line holds `text`.
std::optional<process_view> find_descendant(std::string_view text);

/// The agent of the sandbox in which a command line holds `text`, and bwrap's monitor over it.
struct sandbox_pids {
  pid_t agent = 0;
  pid_t monitor = 0;
};
std::optional<sandbox_pids> find_sandbox_running(std::string_view text);

/// Reaps children that have ended, and waits for the others to end. What is left at the deadline, one line each; empty: nothing.
std::string processes_left(std::chrono::milliseconds patience);

/// Kills and reaps everything that is left below this process, so that a failed test leaves nothing behind.
void end_descendants();

/// Looks at the kernel's state again and again until it is as wished; false when it is not within a minute. For what no
/// descriptor tells (a process that appears, a file inside a sandbox).
bool eventually(const std::function<bool()>& wished);

} // namespace strata::test
