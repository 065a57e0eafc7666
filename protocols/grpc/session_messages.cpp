// SPDX-License-Identifier: MIT
#include "protocols/grpc/session_messages.hpp"

#include "protocols/grpc/times.hpp"
#include "protocols/json/utf8.hpp"

#include <charconv>
#include <fmt/format.h>

namespace strata {

namespace {

using request = v1::CreateSessionRequest;

string_map map_of(const google::protobuf::Map<std::string, std::string>& fields) { return {fields.begin(), fields.end()}; }

network_policy policy_of(const v1::NetworkPolicy& policy) {
  return {policy.mode(), {policy.allow().begin(), policy.allow().end()}, {policy.deny().begin(), policy.deny().end()}};
}

session_limits limits_of(const v1::SessionLimits& limits) {
  session_limits found;
  const auto take = [](bool given, std::int64_t value, auto& into) {
    if (given)
      into = value;
  };
  take(limits.has_memory_bytes(), limits.memory_bytes(), found.memory_bytes);
  take(limits.has_disk_bytes(), limits.disk_bytes(), found.disk_bytes);
  take(limits.has_inodes(), limits.inodes(), found.inodes);
  take(limits.has_pids(), limits.pids(), found.pids);
  take(limits.has_cpu_millis(), limits.cpu_millis(), found.cpu_millis);
  take(limits.has_open_files(), limits.open_files(), found.open_files);
  take(limits.has_output_bytes(), limits.output_bytes(), found.output_bytes);
  return found;
}

result<std::string> end_of(request::OnEnd what, std::string_view field) {
  switch (what) {
  case request::ON_END_UNSPECIFIED:
  case request::ON_END_CLOSE: return std::string{"close"};
  case request::ON_END_FREEZE: return std::string{"freeze"};
  case request::ON_END_STOP: return std::string{"stop"};
  default: return unknown_enum(field, what);
  }
}

result<session_state> state_of(int state) {
  if (state <= v1::SESSION_STATE_UNSPECIFIED || state > v1::SESSION_STATE_FAILED)
    return unknown_enum("states", state);
  return static_cast<session_state>(state - 1);
}
static_assert(static_cast<int>(session_state::creating) + 1 == v1::SESSION_STATE_CREATING
              && static_cast<int>(session_state::failed) + 1 == v1::SESSION_STATE_FAILED);

using changes = google::protobuf::Map<std::string, v1::UpdateSessionRequest::Change>;
std::map<std::string, std::optional<std::string>> changes_of(const changes& fields) {
  std::map<std::string, std::optional<std::string>> found;
  for (const auto& [name, change] : fields)
    found[name] = change.has_value() ? std::optional{change.value()} : std::nullopt;
  return found;
}

} // namespace

std::string proto_text(std::string_view text) { return is_utf8(text) ? std::string{text} : replace_bad_utf8(text); }

error unknown_enum(std::string_view field, int value) {
  return {errc::invalid_argument, fmt::format("{} has no value {}", field, value), {{"field", std::string{field}}}};
}

session_ref session_of(const v1::SessionRef& ref) { return {{ref.owner_id(), ref.session_id()}, ref.uid()}; }

result<std::string> create_mode_of(v1::CreateMode mode) {
  switch (mode) {
  case v1::CREATE_MODE_UNSPECIFIED:
  case v1::CREATE_MODE_AUTO: return std::string{"auto"};
  case v1::CREATE_MODE_NEVER: return std::string{"never"};
  default: return unknown_enum("create", mode);
  }
}

result<create_session> operation_of(const v1::CreateSessionRequest& asked) {
  create_session operation;
  if (!asked.session().uid().empty())
    return error{errc::invalid_argument, "session.uid: the server chooses it", {{"field", "session.uid"}}};
  operation.key = session_of(asked.session()).key;
  operation.generate_id = asked.generate_id();
  if (asked.if_exists() == request::IF_EXISTS_FAIL)
    operation.if_exists = "fail";
  else if (asked.if_exists() != request::IF_EXISTS_UNSPECIFIED && asked.if_exists() != request::IF_EXISTS_REUSE)
    return unknown_enum("if_exists", asked.if_exists());
  operation.metadata = map_of(asked.metadata());
  operation.env = map_of(asked.env());
  operation.base = asked.base();
  operation.network = policy_of(asked.network());
  operation.limits = limits_of(asked.limits());
  operation.user = asked.user();
  operation.cwd = asked.cwd();
  if (asked.has_idle_ttl()) {
    STRATA_TRY(operation.idle_ttl_ms, milliseconds_of(asked.idle_ttl(), "idle_ttl"));
  }
  if (asked.has_expires_in()) {
    STRATA_TRY(operation.expires_in_ms, milliseconds_of(asked.expires_in(), "expires_in"));
  }
  STRATA_TRY(operation.on_idle, end_of(asked.on_idle(), "on_idle"));
  STRATA_TRY(operation.on_expiry, end_of(asked.on_expiry(), "on_expiry"));
  return operation;
}

get_session operation_of(const v1::GetSessionRequest& asked) { return {session_of(asked.session())}; }

get_session_stats operation_of(const v1::GetSessionStatsRequest& asked) { return {session_of(asked.session())}; }

close_session operation_of(const v1::CloseSessionRequest& asked) {
  close_session operation{session_of(asked.session())};
  operation.wait_files = asked.wait_files();
  return operation;
}

result<list_sessions> operation_of(const v1::ListSessionsRequest& asked) {
  list_sessions operation;
  operation.owner = asked.owner_id();
  for (const auto state : asked.states()) {
    STRATA_TRY(const auto known, state_of(state));
    operation.states.push_back(known);
  }
  operation.metadata = map_of(asked.metadata());
  operation.uid = asked.uid();
  operation.base = asked.base();
  if (asked.has_created_after()) {
    STRATA_TRY(operation.created_after, time_of(asked.created_after(), "created_after"));
  }
  if (asked.order() < v1::ListSessionsRequest::ORDER_UNSPECIFIED || asked.order() > v1::ListSessionsRequest::ORDER_OLDEST_FIRST)
    return unknown_enum("order", asked.order());
  operation.newest_first = asked.order() != v1::ListSessionsRequest::ORDER_OLDEST_FIRST;
  if (asked.page_size() != 0)
    operation.limit = asked.page_size();
  operation.cursor = asked.page_token();
  return operation;
}

result<update_session> operation_of(const v1::UpdateSessionRequest& asked) {
  update_session operation;
  operation.session = session_of(asked.session());
  operation.metadata = changes_of(asked.metadata());
  operation.env = changes_of(asked.env());
  if (asked.has_idle_ttl()) {
    STRATA_TRY(operation.idle_ttl_ms, milliseconds_of(asked.idle_ttl(), "idle_ttl"));
  }
  if (asked.has_expires_in()) {
    STRATA_TRY(operation.expires_in_ms, milliseconds_of(asked.expires_in(), "expires_in"));
  }
  operation.expires_given = asked.has_expires_at() || asked.never_expires();
  if (asked.has_expires_at()) {
    STRATA_TRY(operation.expires_at, time_of(asked.expires_at(), "expires_at"));
  }
  operation.extend_only = asked.extend_only();
  if (asked.has_network())
    operation.network = policy_of(asked.network());
  return operation;
}

} // namespace strata
