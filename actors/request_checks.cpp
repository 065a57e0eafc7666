// SPDX-License-Identifier: MIT
#include "actors/request_checks.hpp"

#include "actors/field_checks.hpp"
#include "actors/session_ids.hpp"
#include "config/escaped.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

result<void> check_network(const network_policy& network, const runtime_options& options) {
  if (!network.allow.empty())
    return unsupported("network.allow");
  if (!network.deny.empty())
    return unsupported("network.deny");
  if (network.mode == "egress")
    return unsupported("network.mode egress");
  if (network.mode == "host" && !options.allow_host_network && options.network != network_mode::host)
    return error{errc::permission_denied, "network.mode host is not allowed on this server", {{"field", "network.mode"}}};
  if (network.mode.empty() || network.mode == "none" || network.mode == "host")
    return {};
  return invalid(fmt::format("network.mode is {} (allowed: none, host, egress)", in_quotes(network.mode)));
}

result<void> check_at_end(std::string_view field, std::string_view what) {
  if (what == "freeze" || what == "stop")
    return unsupported(fmt::format("{} {}", field, what));
  return what == "close" ? result<void>{} : invalid(fmt::format("{} is none of close, freeze and stop", field));
}

/// Only the new values: null removes and needs no value.
string_map given(const std::map<std::string, std::optional<std::string>>& changes) {
  string_map values;
  for (const auto& [name, value] : changes)
    values.emplace(name, value.value_or(""));
  return values;
}

} // namespace

std::string_view to_string(network_mode mode) noexcept { return mode == network_mode::host ? "host" : "none"; }

result<void> check(const create_session& request, const runtime_options& options) {
  if (request.generate_id) {
    STRATA_CHECK(check_id("owner_id", request.key.owner_id));
    if (!request.key.session_id.empty())
      return invalid("session_id is given together with generate_id");
  } else {
    STRATA_CHECK(check_key(request.key));
  }
  STRATA_CHECK(check_one_of("if_exists", request.if_exists, "reuse", "fail"));
  STRATA_CHECK(check_metadata(request.metadata));
  STRATA_CHECK(check_env(request.env));
  STRATA_CHECK(check_network(request.network, options));
  STRATA_CHECK(check_limits(request.limits, options.limits));
  STRATA_CHECK(check_user(request.user));
  STRATA_CHECK(check_cwd(request.cwd));
  STRATA_CHECK(check_duration("idle_ttl_ms", request.idle_ttl_ms));
  STRATA_CHECK(check_duration("expires_in_ms", request.expires_in_ms));
  STRATA_CHECK(check_at_end("on_idle", request.on_idle));
  STRATA_CHECK(check_at_end("on_expiry", request.on_expiry));
  if (!request.base.empty() && request.base != options.base)
    return error{errc::unsupported, fmt::format("base is not the server's ({})", options.base), {{"field", "base"}}};
  return {};
}

result<void> check(const update_session& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_metadata(given(request.metadata)));
  STRATA_CHECK(check_env(given(request.env)));
  STRATA_CHECK(check_duration("idle_ttl_ms", request.idle_ttl_ms));
  STRATA_CHECK(check_duration("expires_in_ms", request.expires_in_ms));
  if (request.expires_given && request.expires_in_ms)
    return invalid("expires_at and expires_in_ms are both given");
  return {};
}

result<void> check(const list_sessions& request) {
  if (request.limit < 1 || request.limit > 1000)
    return invalid("limit is not between 1 and 1000");
  return {};
}

result<void> check(const close_session& request) {
  STRATA_CHECK(check(request.session));
  return check_id("reason", request.reason);
}

result<void> check(const get_session_stats& request) { return check(request.session); }
} // namespace strata
