// SPDX-License-Identifier: MIT
// The responses of session.proto.
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/times.hpp"

#include <charconv>

namespace strata {

namespace {

void encode_map(const string_map& from, google::protobuf::Map<std::string, std::string>& into) {
  for (const auto& [name, value] : from)
    into[proto_text(name)] = proto_text(value);
}

void encode_limits(const session_limits& limits, v1::SessionLimits& into) {
  const auto give = [&into](const std::optional<std::int64_t>& value, void (v1::SessionLimits::*set)(std::int64_t)) {
    if (value)
      (into.*set)(*value);
  };
  give(limits.memory_bytes, &v1::SessionLimits::set_memory_bytes);
  give(limits.disk_bytes, &v1::SessionLimits::set_disk_bytes);
  give(limits.inodes, &v1::SessionLimits::set_inodes);
  give(limits.pids, &v1::SessionLimits::set_pids);
  give(limits.cpu_millis, &v1::SessionLimits::set_cpu_millis);
  give(limits.open_files, &v1::SessionLimits::set_open_files);
  give(limits.output_bytes, &v1::SessionLimits::set_output_bytes);
}

void encode_policy(const network_policy& policy, v1::NetworkPolicy& into) {
  into.set_mode(policy.mode);
  into.mutable_allow()->Add(policy.allow.begin(), policy.allow.end());
  into.mutable_deny()->Add(policy.deny.begin(), policy.deny.end());
}

} // namespace

void encode(const session_info& session, v1::Session& into) {
  into.set_owner_id(proto_text(session.key.owner_id));
  into.set_session_id(proto_text(session.key.session_id));
  into.set_uid(session.uid);
  into.set_created(session.created);
  into.set_state(static_cast<v1::SessionState>(static_cast<int>(session.state) + 1));
  into.set_state_reason(proto_text(session.state_reason));
  set_time(session.created_at, *into.mutable_created_at());
  set_time(session.last_active_at, *into.mutable_last_active_at());
  if (session.expires_at)
    set_time(*session.expires_at, *into.mutable_expires_at());
  set_duration(session.idle_ttl_ms, *into.mutable_idle_ttl());
  encode_map(session.metadata, *into.mutable_metadata());
  into.set_base(session.base);
  encode_policy(session.network, *into.mutable_network());
  encode_limits(session.limits, *into.mutable_limits());
  into.set_driver(session.driver);
  encode_map(session.isolation, *into.mutable_isolation());
  for (const auto& [name, text] : session.counts) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    (*into.mutable_counts())[name] = number;
  }
  into.set_closed_reason(session.closed_reason);
  into.set_user(proto_text(session.user));
  into.set_cwd(proto_text(session.cwd));
}

void encode(const session_page& page, v1::ListSessionsResponse& into) {
  for (const auto& session : page.items)
    encode(session, *into.add_sessions());
  into.set_next_page_token(page.next_cursor);
}

void encode(const session_stats& stats, v1::GetSessionStatsResponse& into) {
  if (stats.processes)
    into.set_processes(*stats.processes);
  if (stats.memory_bytes)
    into.set_memory_bytes(*stats.memory_bytes);
  if (stats.cpu_ms)
    set_duration(*stats.cpu_ms, *into.mutable_cpu());
  if (stats.disk_bytes)
    into.set_disk_bytes(*stats.disk_bytes);
  into.set_output_bytes(stats.output_bytes);
  encode_limits(stats.limits, *into.mutable_limits());
  into.mutable_limits_hit()->Add(stats.limits_hit.begin(), stats.limits_hit.end());
}

} // namespace strata
