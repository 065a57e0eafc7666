// SPDX-License-Identifier: MIT
#pragma once

#include "config/log_level.hpp"
#include "config/socket_address.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// What an operator decides, checked one by one and against each other. Made by load_settings() only; what each member
/// means, its default and its bounds stand in one place, config/knobs.cpp.
struct settings {
  // server
  std::vector<socket_address> addr;
  bool allow_anonymous = false;
  std::string access_log; ///< empty: none; "-": standard output; else a file
  std::string port_file;  ///< empty: none
  std::uint64_t max_connections = 0;
  std::uint64_t backlog = 0;
  std::uint64_t max_header_bytes = 0;
  std::uint64_t max_body_bytes = 0;
  std::uint64_t max_buffered_bytes = 0;
  std::chrono::milliseconds header_timeout{0};
  std::chrono::milliseconds body_timeout{0};
  std::chrono::milliseconds idle_timeout{0};
  std::chrono::milliseconds write_timeout{0};
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  bool mcp_conformance = false;
  std::chrono::milliseconds drain_grace{0};
  std::chrono::milliseconds drain_timeout{0};

  // sandbox
  std::string base_rootfs; ///< empty: built from the host
  std::string session_root;
  std::chrono::milliseconds session_ttl{0}; ///< 0: never
  std::uint64_t max_sessions = 0;
  std::uint64_t max_sessions_per_owner = 0; ///< 0: no limit of its own
  std::string network;                      ///< none or host; isolate_network is worked in
  std::optional<bool> isolate_network;      ///< as given
  bool allow_host_network = false;
  std::string overlay_driver; ///< auto, kernel, fuse or none
  std::string id_pool;        ///< auto or FIRST-LAST
  std::string seccomp;        ///< default, strict or off
  std::vector<std::string> weaken;
  std::uint64_t memory = 0; ///< limits of a session, 0: none
  std::uint64_t max_memory = 0;
  std::uint64_t pids = 0;
  std::uint64_t max_pids = 0;
  std::uint64_t cpu_millis = 0;
  std::uint64_t max_cpu_millis = 0;
  std::uint64_t open_files = 0;
  std::uint64_t max_open_files = 0;
  bool require_limits = false;
  std::chrono::milliseconds create_timeout{0};
  std::uint64_t max_shells = 0;
  std::uint64_t max_fresh_execs = 0;
  std::uint64_t max_queued_calls = 0;

  // log
  log_level least_level = log_level::info;
};

} // namespace strata
