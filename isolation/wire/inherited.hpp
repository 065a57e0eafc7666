// SPDX-License-Identifier: MIT
#pragma once

/// Descriptors by number, from server to launcher to bwrap to agent. 0-2 are /dev/null, the report pipe, the report pipe.
/// The report pipe carries error text of launcher and bwrap; the agent writes `ready_mark` as its last word there.
namespace strata::wire {

// Server → launcher.
inline constexpr int plan_fd = 3;        ///< memfd with a launch_plan
inline constexpr int session_dir_fd = 4; ///< the session's fs directory; the launcher's working directory

inline constexpr int given_seccomp_fd = 7; ///< and the next: as many as launch_plan::seccomp_programs says

// Launcher → bwrap.
inline constexpr int seccomp_fd = 9; ///< and the next: programs that bwrap loads right before it executes the agent
inline constexpr int max_seccomp_programs = 2;

// Launcher → (bwrap) → agent, when launch_plan::work_group is given.
inline constexpr int work_group_fd = 11; ///< its cgroup.procs: whoever writes 0 there goes to it

// Launcher → (bwrap) → agent; the server gives them to the launcher under the same numbers.
inline constexpr int control_fd = 5;   ///< bound, not yet listening SOCK_SEQPACKET socket
inline constexpr int agent_fd = 6;     ///< sealed memfd with the agent, executed as /proc/self/fd/6
inline constexpr int shell_dir_fd = 7; ///< made by the launcher: directory of the shell mount, writable by this descriptor only
inline constexpr int life_fd = 8;      ///< write end of a pipe that nobody writes: it closes when the agent dies (fuse driver)

// Words in the agent's arguments.
inline constexpr char use_work_group[] = "--work-group";           ///< what it starts goes to the cgroup of work_group_fd
inline constexpr char open_files[] = "--open-files=";              ///< most descriptors of what it starts
inline constexpr char keep_dumpable[] = "--keep-dumpable";         ///< its guard against the payload is left out
inline constexpr char keep_capabilities[] = "--keep-capabilities"; ///< the bounding set stays
inline constexpr char use_landlock[] = "--landlock";               ///< writing only where driver none lets one write

inline constexpr char ready_mark[] = "\001ready\n";

/// Where the payload sees the (read-only) shell mount.
inline constexpr char shell_mount[] = "/run/strata";

/// Soft RLIMIT_NOFILE of everything inside; the agent alone uses all that its hard limit allows.
inline constexpr unsigned soft_open_files = 1024;

/// Soft and hard RLIMIT_RTTIME (microseconds) that the launcher sets. The agent lowers it for every command: nothing
/// without CAP_SYS_RESOURCE can raise it again, so it is a birth mark that tells which command a process descends from.
inline constexpr unsigned long long first_birth_mark = 1ULL << 50;

} // namespace strata::wire
