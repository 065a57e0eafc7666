// SPDX-License-Identifier: MIT
#pragma once

/// Descriptors by number, from server to launcher to bwrap to agent. 0-2 are /dev/null, the report pipe, the report pipe.
/// The report pipe carries error text of launcher and bwrap; the agent writes `ready_mark` as its last word there.
namespace strata::wire {

// Server → launcher.
inline constexpr int plan_fd = 3;        ///< memfd with a launch_plan
inline constexpr int session_dir_fd = 4; ///< the session's fs directory; the launcher's working directory

// Launcher → (bwrap) → agent; the server gives them to the launcher under the same numbers.
inline constexpr int control_fd = 5;   ///< bound, not yet listening SOCK_SEQPACKET socket
inline constexpr int agent_fd = 6;     ///< sealed memfd with the agent, executed as /proc/self/fd/6
inline constexpr int shell_dir_fd = 7; ///< made by the launcher: directory of the shell mount, writable by this descriptor only
inline constexpr int life_fd = 8;      ///< write end of a pipe that nobody writes: it closes when the agent dies (fuse driver)

inline constexpr char ready_mark[] = "\001ready\n";

/// Where the payload sees the (read-only) shell mount.
inline constexpr char shell_mount[] = "/run/strata";

/// Soft RLIMIT_NOFILE of everything inside; the agent alone uses all that its hard limit allows.
inline constexpr unsigned soft_open_files = 1024;

/// Soft and hard RLIMIT_RTTIME (microseconds) that the launcher sets. The agent lowers it for every command: nothing
/// without CAP_SYS_RESOURCE can raise it again, so it is a birth mark that tells which command a process descends from.
inline constexpr unsigned long long first_birth_mark = 1ULL << 50;

} // namespace strata::wire
