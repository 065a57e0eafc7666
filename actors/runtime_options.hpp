// SPDX-License-Identifier: MIT
#pragma once

#include "actors/limit_policy.hpp"
#include "isolation/sandbox.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace strata {

/// What the operator decides about sessions. Plain data; the defaults are those of config/.
struct runtime_options {
  std::size_t max_sessions = 100;         ///< at one time, whatever their owner; sessions that are being closed count
  std::size_t max_sessions_per_owner = 0; ///< 0: only max_sessions holds
  std::chrono::milliseconds session_ttl = std::chrono::minutes{30}; ///< idle time before a session ends; 0: never
  std::string base = "host";                 ///< name of the base that the launcher builds on: host or rootfs
  network_mode network = network_mode::none; ///< of a session that does not say
  bool allow_host_network = false;           ///< whether a session may ask for network.mode "host"
  limit_policy limits;

  std::chrono::milliseconds create_timeout = std::chrono::seconds{60}; ///< a sandbox that is not ready by then is given up
  std::chrono::milliseconds exec_timeout{0};                           ///< for execs that bring no timeout_ms; 0: none
  std::chrono::milliseconds queue_wait = std::chrono::seconds{30};     ///< for execs with neither queue_ms nor wait_ms
  /// A shell that has not opened by then is given up; a sandbox that has not begun a command by then is lost.
  std::chrono::milliseconds start_patience = std::chrono::seconds{30};
  std::chrono::milliseconds kill_patience = std::chrono::seconds{10}; ///< a sandbox that has not ended a command by then is lost

  std::size_t max_shells = 32;    ///< named command shells per session
  std::size_t max_terminals = 16; ///< per session
  std::size_t max_processes = 64; ///< running at one time per session, beside execs and terminals: each takes six descriptors
  std::int64_t max_waiting_input = 32 << 20;               ///< bytes for all processes of a session that they have not read yet
  std::size_t max_viewers = 64;                            ///< per process
  std::size_t max_queued_calls = 256;                      ///< per session, waiting for its creation or for its shells
  std::size_t max_fresh_execs = 64;                        ///< running at one time per session, beside its shells
  std::int64_t output_cap_bytes = 512 << 20;               ///< kept of one process' output, head and tail
  std::int64_t terminal_cap_bytes = 16 << 20;              ///< of a terminal's: the tail
  std::size_t max_ended_processes = 128;                   ///< that stay readable per session
  std::int64_t ended_output_bytes = std::int64_t{2} << 30; ///< and how much output of theirs
  std::int64_t ended_memory_bytes = 2 << 20;               ///< and how much of that in the server's memory

  std::chrono::milliseconds ended_kept = std::chrono::minutes{10}; ///< how long an ended session stays listed
  std::size_t max_ended_kept = 10'000;

  std::chrono::milliseconds answers_kept = std::chrono::minutes{10}; ///< for idempotency keys
  std::size_t max_answers_kept = 10'000;
  std::size_t max_answer_bytes = 64 << 20; ///< of all kept answers together

  std::size_t workers = 2; ///< threads of the actors' scheduler
};

} // namespace strata
