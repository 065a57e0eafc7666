// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strata {

using wall_time = std::chrono::system_clock::time_point;
using string_map = std::map<std::string, std::string>;

enum class session_state { creating, ready, frozen, stopped, closing, closed, failed };
std::string_view to_string(session_state state) noexcept;
std::optional<session_state> parse_session_state(std::string_view text) noexcept;

/// What a session may reach. `mode` is "none" (default) or "host"; "egress" is `unsupported` in this version.
struct network_policy {
  std::string mode;
  std::vector<std::string> allow; ///< domains, CIDRs, ports; `unsupported` in this version
  std::vector<std::string> deny;
  bool operator==(const network_policy&) const = default;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("mode", self.mode, "none, host or egress");
    field("allow", self.allow, "destinations let through (egress)");
    field("deny", self.deny, "destinations refused (egress)");
  }
};

/// Per-session limits. Asked for, absent = the server's default; in an answer, what is enforced. `unsupported`: what this host cannot
/// enforce, in this version disk_bytes, inodes and output_bytes everywhere.
struct session_limits {
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> disk_bytes;
  std::optional<std::int64_t> inodes;
  std::optional<std::int64_t> pids;
  std::optional<std::int64_t> cpu_millis; ///< 1000 = one core
  std::optional<std::int64_t> open_files;
  std::optional<std::int64_t> output_bytes;
  bool operator==(const session_limits&) const = default;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("memory_bytes", self.memory_bytes, "memory of all processes together, bytes");
    field("disk_bytes", self.disk_bytes, "writable layer, bytes");
    field("inodes", self.inodes, "writable layer, files");
    field("pids", self.pids, "processes and threads at one time");
    field("cpu_millis", self.cpu_millis, "processor share, 1000 is one core");
    field("open_files", self.open_files, "descriptors per process");
    field("output_bytes", self.output_bytes, "kept output, bytes");
  }
};

/// A session as every protocol shows it.
struct session_info {
  session_key key;
  std::string uid;      ///< 20 characters of [a-z0-9], never used again
  bool created = false; ///< true when this call made it
  session_state state = session_state::creating;
  std::string state_reason; ///< why it failed or closed, in words; else empty
  wall_time created_at{};
  wall_time last_active_at{};
  std::optional<wall_time> expires_at;
  std::int64_t idle_ttl_ms = 0; ///< 0 = never
  string_map metadata;
  std::string base; ///< "host" or "rootfs"
  network_policy network;
  session_limits limits;
  std::string driver;        ///< overlay driver in use: kernel, fuse or none
  string_map isolation;      ///< what is active: "userns", "uid_range", "seccomp", … in words
  string_map counts;         ///< "running", "queued", "shells": numbers as text
  std::string closed_reason; ///< closed_by_user, session_expired, sandbox_lost, server_stopping, launch_failed
  std::string user = "root";
  std::string cwd = "/root";
};

struct create_session {
  using response = session_info;
  static constexpr auto name = "create_session";
  static constexpr bool idempotent = true;

  session_key key;
  bool generate_id = false;        ///< make a session id; `key.session_id` must be empty then
  std::string if_exists = "reuse"; ///< reuse | fail
  string_map metadata;
  string_map env;         ///< for every command of the session
  std::string base;       ///< empty: the server's. Anything but the server's base is `unsupported`
  network_policy network; ///< empty mode: the server's
  session_limits limits;
  std::string user;                          ///< account inside; empty: root
  std::string cwd;                           ///< start directory of shells; empty: the home
  std::optional<std::int64_t> idle_ttl_ms;   ///< 0 = never; absent: server setting
  std::optional<std::int64_t> expires_in_ms; ///< absolute end from now; absent: never
  std::string on_idle = "close";             ///< close | freeze | stop (the last two `unsupported` in this version)
  std::string on_expiry = "close";

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("owner_id", self.key.owner_id, "who the session belongs to, 1-128 bytes");
    field("session_id", self.key.session_id, "name of the session within its owner, 1-128 bytes");
    field("generate_id", self.generate_id, "let the server choose the session id");
    field("if_exists", self.if_exists, "reuse or fail");
    field("metadata", self.metadata, "free labels, shown and searchable");
    field("env", self.env, "environment of every command");
    field("base", self.base, "base file system");
    field("network", self.network, "what the session may reach");
    field("limits", self.limits, "what the session may use");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("cwd", self.cwd, "directory in which shells start");
    field("idle_ttl_ms", self.idle_ttl_ms, "end after this much idleness; 0 is never");
    field("expires_in_ms", self.expires_in_ms, "end at this time from now, whatever goes on");
    field("on_idle", self.on_idle, "close, freeze or stop");
    field("on_expiry", self.on_expiry, "close, freeze or stop");
  }
};

struct get_session {
  using response = session_info;
  static constexpr auto name = "get_session";
  session_ref session;
};

struct session_page {
  std::vector<session_info> items;
  std::string next_cursor; ///< empty: this was the last page
};

struct list_sessions {
  using response = session_page;
  static constexpr auto name = "list_sessions";

  std::string owner;                 ///< empty: all
  std::vector<session_state> states; ///< empty: all
  string_map metadata;               ///< every pair must match
  std::string uid;
  std::string base;
  std::optional<wall_time> created_after;
  bool newest_first = true; ///< order=created_desc (default) or created_asc
  std::int64_t limit = 100; ///< 1-1000
  std::string cursor;
};

struct update_session {
  using response = session_info;
  static constexpr auto name = "update_session";

  session_ref session;
  std::map<std::string, std::optional<std::string>> metadata; ///< merged; nullopt removes
  std::map<std::string, std::optional<std::string>> env;
  std::optional<std::int64_t> idle_ttl_ms;
  bool expires_given = false; ///< true: `expires_at` replaces the present one (nullopt = never)
  std::optional<wall_time> expires_at;
  std::optional<std::int64_t> expires_in_ms; ///< the same from now
  bool extend_only = false;                  ///< an earlier end than the present one is left alone
  std::optional<network_policy> network;     ///< a change is `unsupported` in this version
};

/// A session that is still closing, or ended and named by its uid, was closed before: its first reason is answered. By key alone
/// an ended session is `session_not_found`: whoever holds the name next must not seem closed.
struct close_session_response {
  std::string reason; ///< why it ended
};

struct close_session {
  using response = close_session_response;
  static constexpr auto name = "close_session";

  session_ref session;
  std::string reason = "closed_by_user";
  bool wait_files = false; ///< answer only when the session's files are gone from the disk
};

/// What a session uses now. A figure that this host cannot tell is absent, never zero.
struct session_stats {
  std::optional<std::int64_t> processes;
  std::optional<std::int64_t> memory_bytes; ///< resident, summed over processes
  std::optional<std::int64_t> cpu_ms;       ///< of the processes that live now
  std::optional<std::int64_t> disk_bytes;   ///< writable layer
  std::int64_t output_bytes = 0;            ///< bytes that commands have written so far
  session_limits limits;
  std::vector<std::string> limits_hit;
};

struct get_session_stats {
  using response = session_stats;
  static constexpr auto name = "get_session_stats";
  session_ref session;
};

struct server_stats {
  std::int64_t active_sessions = 0;
  std::int64_t max_sessions = 0;
  bool draining = false;
};

struct get_stats {
  using response = server_stats;
  static constexpr auto name = "get_stats";
};

} // namespace strata
