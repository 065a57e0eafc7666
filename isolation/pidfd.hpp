// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <sys/types.h>
#include <vector>

namespace strata {

/// Processes by pidfd (pidfd_open(2)): it names one process for ever, unlike a pid. All functions are thread safe.

/// Error if there is no such process. Only safe for a pid that cannot be reused meanwhile, e.g. an unreaped child's.
result<unique_fd> open_pidfd(pid_t pid);

/// Sends a signal (pidfd_send_signal(2)). A process that has ended is left alone.
void signal_process(const unique_fd& pidfd, int signal);
/// The same with SIGKILL.
void kill_process(const unique_fd& pidfd);

/// SIGKILL, then waits for the end of a child of this process and reaps it. Returns at once if it is reaped or not ours.
void kill_and_reap(const unique_fd& pidfd);

/// Waits for the end of a child of this process and reaps it: its exit status, 128 plus the signal that ended it, or -1 if
/// it is reaped or not ours.
int wait_and_reap(const unique_fd& pidfd);

/// Whether it is a child of this process that has not been reaped.
bool is_own_child(const unique_fd& pidfd);

/// The pids of the process from our pid namespace down to its own (NSpid in fdinfo, proc(5)); empty when it has ended.
std::vector<pid_t> namespace_pids(const unique_fd& pidfd);

} // namespace strata
