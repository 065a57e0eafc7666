// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/agent_image.hpp"
#include "isolation/base.hpp"
#include "isolation/cgroup/session_group.hpp"
#include "isolation/containment.hpp"
#include "isolation/id_map.hpp"
#include "isolation/sandbox.hpp"
#include "isolation/unique_fd.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace strata {

/// The programs that a launch runs, as absolute paths. An empty path is a program that this host lacks; a launch that
/// needs it fails and says so.
struct launch_tools {
  std::string launcher;
  std::string bwrap;
  std::string fuse_overlayfs; ///< overlay_driver::fuse only
  std::string newuidmap;      ///< id_map_kind::subid_range only
  std::string newgidmap;      ///< id_map_kind::subid_range only
};

/// strata-launcher from `libexec_dir` (see libexec_directory()), the others from the system's directories
/// (/usr/local/bin, /usr/bin, /bin and their sbin). Never PATH: the server may run as root.
launch_tools find_launch_tools(const std::string& libexec_dir);

/// What to start. The descriptors are borrowed and stay the caller's.
struct launch_order {
  int session_dir = -1; ///< directory 0700 of this server, O_PATH will do; ctl.sock is made in it (a stale one is replaced)
  int files_dir = -1;   ///< directory 0777 below it: upper and work directories, made and owned by the mapped ids
  id_map ids;           ///< must not contain host id 0
  overlay_driver driver = overlay_driver::kernel; ///< never automatic
  const base* root = nullptr;                     ///< what lies under the session; not owned
  network_mode network = network_mode::none;
  containment measures;
  resource_limits limits;
  const session_group* group = nullptr;            ///< made with these limits; not owned; null: no cgroup
  const std::vector<unique_fd>* seccomp = nullptr; ///< compile_seccomp()'s programs for it; not owned; null: none
  const agent_image* agent = nullptr;              ///< not owned
  const launch_tools* tools = nullptr;             ///< not owned
  std::chrono::milliseconds patience{20'000};      ///< until the agent must be ready
};

/// A sandbox whose agent listens and has been connected to.
struct launched {
  /// pidfds of this process' own children: bwrap's monitor, then fuse-overlayfs with that driver. To be reaped by
  /// waitid(P_PIDFD). All of them end by themselves once the agent is dead. The death of fuse-overlayfs while the
  /// agent lives makes every file inside answer ENOTCONN.
  std::vector<unique_fd> children;
  unique_fd control; ///< connected SOCK_SEQPACKET, nonblocking
  unique_fd agent;   ///< pidfd of PID 1 inside; not our child. Killing it ends everything inside
};

/// Starts one sandbox and waits until its agent is ready. Blocks for milliseconds, `patience` at worst: call it on a
/// thread made for it, never on an actor's worker or an io thread. Thread safe. On failure everything that was started
/// has been killed and reaped, ctl.sock is removed, and the message carries what launcher or bwrap said (at most 4 KiB,
/// control characters escaped). Directories that were made in `files_dir` stay for the caller to remove.
result<launched> launch(const launch_order& order);

/// Connects to the agent that listens on ctl.sock in `session_dir`: the socket and the agent's pidfd, checked to be PID 1
/// of its own pid namespace (SO_PEERPIDFD, unix(7); before Linux 6.5 SO_PEERCRED and pidfd_open(2)). `children` is
/// empty. Does not block. This is how a later server finds a session again.
result<launched> connect_agent(int session_dir);

} // namespace strata
