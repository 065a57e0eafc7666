// SPDX-License-Identifier: MIT
#include "protocols/json/session_json.hpp"

#include "protocols/json/field_reader.hpp"
#include "protocols/json/times.hpp"

#include <charconv>

namespace strata {

namespace {

ordered_json optional_time(const std::optional<wall_time>& time) {
  return time ? ordered_json(format_time(*time)) : ordered_json(nullptr);
}

ordered_json to_json(const network_policy& network) {
  auto out = ordered_json::object();
  out["mode"] = network.mode;
  if (!network.allow.empty())
    out["allow"] = network.allow;
  if (!network.deny.empty())
    out["deny"] = network.deny;
  return out;
}

/// Only what is set: an absent limit is the server's default.
ordered_json to_json(const session_limits& limits) {
  auto out = ordered_json::object();
  session_limits::fields(limits, [&](const char* name, const auto& value, const char*) {
    if (value)
      out[name] = *value;
  });
  return out;
}

/// Counts travel as text inside; outside they are numbers.
ordered_json counts_to_json(const string_map& counts) {
  auto out = ordered_json::object();
  for (const auto& [name, text] : counts) {
    std::int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size())
      out[name] = number;
    else
      out[name] = text;
  }
  return out;
}

result<void> read_expiry(const json& body, update_session& into) {
  const auto* member = find_member(body, "expires_at", member_rules::strict);
  if (member == nullptr)
    return {};
  into.expires_given = true;
  if (member->is_null())
    return {};
  std::string text;
  STRATA_CHECK(read_value("expires_at", *member, text));
  into.expires_at = parse_time(text);
  if (!into.expires_at)
    return error{errc::invalid_argument,
                 "expires_at: expected an RFC 3339 time such as 2026-11-24T02:50:32Z, or null",
                 {{"field", "expires_at"}}};
  return {};
}

template <class T> result<void> read_optional(const json& body, const char* name, T& into) {
  const auto* member = find_member(body, name, member_rules::strict);
  return member == nullptr || member->is_null() ? result<void>{} : read_value(name, *member, into);
}

} // namespace

ordered_json to_json(const session_info& session) {
  return ordered_json{
    {"created_at", format_time(session.created_at)},
    {"owner_id", session.key.owner_id},
    {"session_id", session.key.session_id},
    {"uid", session.uid},
    {"created", session.created},
    {"state", to_string(session.state)},
    {"state_reason", session.state_reason},
    {"last_active_at", format_time(session.last_active_at)},
    {"expires_at", optional_time(session.expires_at)},
    {"idle_ttl_ms", session.idle_ttl_ms},
    {"metadata", ordered_json(session.metadata)},
    {"base", session.base},
    {"network", to_json(session.network)},
    {"limits", to_json(session.limits)},
    {"driver", session.driver},
    {"isolation", ordered_json(session.isolation)},
    {"counts", counts_to_json(session.counts)},
    {"closed_reason", session.closed_reason},
    {"user", session.user},
    {"cwd", session.cwd},
  };
}

ordered_json to_json(const session_page& page) {
  auto items = ordered_json::array();
  for (const auto& session : page.items)
    items.push_back(to_json(session));
  // An empty string would look like a cursor to a client that tests for presence.
  return ordered_json{{"items", std::move(items)},
                      {"next_cursor", page.next_cursor.empty() ? ordered_json(nullptr) : ordered_json(page.next_cursor)}};
}

ordered_json to_json(const session_stats& stats) {
  auto figure = [](const std::optional<std::int64_t>& value) { return value ? ordered_json(*value) : ordered_json(nullptr); };
  return ordered_json{
    {"processes", figure(stats.processes)},   {"memory_bytes", figure(stats.memory_bytes)}, {"cpu_ms", figure(stats.cpu_ms)},
    {"disk_bytes", figure(stats.disk_bytes)}, {"output_bytes", stats.output_bytes},         {"limits", to_json(stats.limits)},
    {"limits_hit", stats.limits_hit},
  };
}

result<create_session> read_create(std::string_view body) {
  STRATA_TRY(auto object, read_object(body, trailing_bytes::ignored));
  create_session request;
  STRATA_CHECK(read_fields(object, request, member_rules::seed));
  if (request.key.owner_id.empty()) // the seed's README says user_id where its code says owner_id
    if (const auto* alias = find_member(object, "user_id", member_rules::seed); alias != nullptr && !alias->is_null())
      STRATA_CHECK(read_value("user_id", *alias, request.key.owner_id));
  return request;
}

result<update_session> read_update(std::string_view body) {
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(
    refuse_unknown({}, object, {"metadata", "env", "idle_ttl_ms", "expires_at", "expires_in_ms", "extend_only", "network"}, {}));
  update_session request;
  STRATA_CHECK(read_optional(object, "metadata", request.metadata));
  STRATA_CHECK(read_optional(object, "env", request.env));
  STRATA_CHECK(read_optional(object, "idle_ttl_ms", request.idle_ttl_ms));
  STRATA_CHECK(read_optional(object, "expires_in_ms", request.expires_in_ms));
  STRATA_CHECK(read_optional(object, "extend_only", request.extend_only));
  STRATA_CHECK(read_expiry(object, request));
  if (request.expires_given && request.expires_in_ms)
    return error{errc::invalid_argument, "expires_at and expires_in_ms are given together", {{"field", "expires_in_ms"}}};
  if (const auto* network = find_member(object, "network", member_rules::strict); network != nullptr && !network->is_null()) {
    if (!network->is_object())
      return wrong_type("network", "an object", *network);
    STRATA_CHECK(read_fields(*network, request.network.emplace(), member_rules::strict, {}, "network."));
  }
  return request;
}

} // namespace strata
