// SPDX-License-Identifier: MIT
#include "cli/operator/server_setup.hpp"

#include "cli/command_line.hpp"

namespace strata {

namespace {

/// settings holds one of the knob's words.
overlay_driver driver_of(std::string_view word) {
  if (word == "kernel")
    return overlay_driver::kernel;
  if (word == "fuse")
    return overlay_driver::fuse;
  return word == "none" ? overlay_driver::none : overlay_driver::automatic;
}

containment measures_of(const settings& values) {
  containment measures;
  if (values.seccomp != "default")
    measures.seccomp = values.seccomp == "strict" ? seccomp_profile::strict : seccomp_profile::off;
  for (const auto& name : values.weaken)
    leave_out(measures, name);
  return measures;
}

std::optional<std::int64_t> limit(std::uint64_t value) {
  return value == 0 ? std::nullopt : std::optional{static_cast<std::int64_t>(value)};
}

limit_policy limits_of(const settings& values, const limit_means& means) {
  limit_policy policy;
  policy.defaults.memory_bytes = limit(values.memory);
  policy.defaults.pids = limit(values.pids);
  policy.defaults.cpu_millis = limit(values.cpu_millis);
  policy.defaults.open_files = limit(values.open_files);
  policy.most.memory_bytes = limit(values.max_memory);
  policy.most.pids = limit(values.max_pids);
  policy.most.cpu_millis = limit(values.max_cpu_millis);
  policy.most.open_files = limit(values.max_open_files);
  policy.means = means;
  return policy;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

} // namespace

host_options host_options_of(const settings& values) {
  return {
    .session_root = values.session_root,
    .base_rootfs = values.base_rootfs,
    .driver = driver_of(values.overlay_driver),
    .id_pool = values.id_pool,
    .measures = measures_of(values),
    .require_limits = values.require_limits,
    .problem = {},
  };
}

runtime_options runtime_options_of(const settings& values, const std::string& base, const limit_means& means) {
  runtime_options options;
  options.max_sessions = values.max_sessions;
  options.max_sessions_per_owner = values.max_sessions_per_owner;
  options.session_ttl = values.session_ttl;
  options.base = base;
  options.network = values.network == "host" ? network_mode::host : network_mode::none;
  options.allow_host_network = values.allow_host_network;
  options.limits = limits_of(values, means);
  options.create_timeout = values.create_timeout;
  options.max_shells = values.max_shells;
  options.max_fresh_execs = values.max_fresh_execs;
  options.max_queued_calls = values.max_queued_calls;
  return options;
}

server_options server_options_of(const settings& values, const std::vector<socket_address>& addresses, const std::string& base,
                                 std::string_view driver) {
  server_options options;
  for (const auto& address : addresses)
    options.addresses.push_back({address.host, address.port});
  options.backlog = static_cast<int>(values.backlog);
  options.max_connections = values.max_connections;
  options.header_limit = values.max_header_bytes;
  options.body_limit = values.max_body_bytes;
  options.buffered_limit = values.max_buffered_bytes;
  options.header_timeout = values.header_timeout;
  options.body_timeout = values.body_timeout;
  options.idle_timeout = values.idle_timeout;
  options.write_timeout = values.write_timeout;
  options.allowed_hosts = values.allowed_hosts;
  options.allowed_origins = values.allowed_origins;
  options.mcp_conformance = values.mcp_conformance;
  options.version = version_text();
  options.capabilities = {
    {"max_sessions", number(values.max_sessions)},
    {"max_sessions_per_owner", number(values.max_sessions_per_owner)},
    {"session_ttl_ms", values.session_ttl.count()},
    {"create_timeout_ms", values.create_timeout.count()},
    {"max_shells", number(values.max_shells)},
    {"max_fresh_execs", number(values.max_fresh_execs)},
    {"max_queued_calls", number(values.max_queued_calls)},
    {"base", base},
    {"overlay_driver", std::string{driver}},
    {"network", values.network},
    {"host_network", values.allow_host_network},
  };
  return options;
}

} // namespace strata
