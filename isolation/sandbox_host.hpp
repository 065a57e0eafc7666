// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent_image.hpp"
#include "isolation/base.hpp"
#include "isolation/cgroup/tree.hpp"
#include "isolation/containment.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/launch.hpp"
#include "isolation/session_root.hpp"
#include "isolation/skeleton_copies.hpp"
#include "isolation/trash.hpp"

#include <functional>
#include <memory>
#include <string>

namespace strata {

/// What the operator decides about sandboxes. The defaults are those of config/.
struct host_options {
  std::string session_root = "/tmp/strata/sessions";
  std::string base_rootfs; ///< a prepared root file system; empty: built from the host
  overlay_driver driver = overlay_driver::automatic;
  std::string id_pool = "auto"; ///< see id_pool::open
  containment measures;
  bool require_limits = false; ///< refuse to open a host where memory, pids or processor time cannot be limited
  std::function<void(const std::string&)> problem; ///< what an operator should know; any thread
};

/// What a server's sandboxes have in common. Made once at the start; outlives every sandbox.
struct sandbox_host {
  session_root root;
  base files;
  id_pool ids;
  agent_image agent;
  agent_image files_program; ///< strata-files
  launch_tools tools;
  containment measures;
  std::vector<unique_fd> seccomp; ///< the programs of its profile
  std::unique_ptr<cgroup_tree> groups;
  std::unique_ptr<skeleton_copies> skeletons; ///< a plain user with subordinate ids and the base "host"; else null
  std::unique_ptr<trash> discarded;
  overlay_driver driver = overlay_driver::kernel; ///< never automatic
  std::string driver_reason;                      ///< why it is this one, when it was chosen; shown in the session's state
};

/// Opens and locks the session root, ends what a killed server left there (agents by their ctl.sock, then files to the
/// trash), builds the base, loads the agent, and settles the driver by a trial sandbox: kernel, else fuse, with
/// `automatic`; the wished one or an error otherwise. Blocks for tens of milliseconds; call it before any session.
result<std::unique_ptr<sandbox_host>> open_sandbox_host(const host_options& options);

/// The same without settling the driver: `driver` is what the options say, automatic included.
result<std::unique_ptr<sandbox_host>> prepare_sandbox_host(const host_options& options);

/// By what limits are enforced on this host: cgroups, else for pids a resource limit.
limit_means limit_means_of(const sandbox_host& host);

std::string_view to_string(overlay_driver driver) noexcept;

} // namespace strata
