// SPDX-License-Identifier: MIT
#include "cli/client/session_text.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>

namespace strata::client {

namespace {

using nlohmann::ordered_json;

std::int64_t milliseconds(const google::protobuf::Duration& duration) {
  return duration.seconds() * 1000 + duration.nanos() / 1'000'000;
}

template <class Fields> ordered_json object_of(const Fields& fields) {
  std::vector<std::pair<std::string, ordered_json>> sorted;
  for (const auto& [name, value] : fields)
    sorted.emplace_back(name, value);
  std::sort(sorted.begin(), sorted.end());
  auto object = ordered_json::object();
  for (auto& [name, value] : sorted)
    object[name] = std::move(value);
  return object;
}

ordered_json limits_json(const v1::SessionLimits& limits) {
  auto object = ordered_json::object();
  const auto give = [&](const char* name, bool given, std::int64_t value) {
    if (given)
      object[name] = value;
  };
  give("memory_bytes", limits.has_memory_bytes(), limits.memory_bytes());
  give("disk_bytes", limits.has_disk_bytes(), limits.disk_bytes());
  give("inodes", limits.has_inodes(), limits.inodes());
  give("pids", limits.has_pids(), limits.pids());
  give("cpu_millis", limits.has_cpu_millis(), limits.cpu_millis());
  give("open_files", limits.has_open_files(), limits.open_files());
  give("output_bytes", limits.has_output_bytes(), limits.output_bytes());
  return object;
}

} // namespace

std::string state_text(v1::SessionState state) {
  constexpr std::array names{"unknown", "creating", "ready", "frozen", "stopped", "closing", "closed", "failed"};
  return state >= 0 && static_cast<std::size_t>(state) < names.size() ? names[static_cast<std::size_t>(state)] : names[0];
}

std::string time_text(const google::protobuf::Timestamp& time) {
  const std::time_t seconds = time.seconds();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec, time.nanos() / 1'000'000);
}

ordered_json session_json(const v1::Session& session) {
  return {
    {"created_at", time_text(session.created_at())},
    {"owner_id", session.owner_id()},
    {"session_id", session.session_id()},
    {"uid", session.uid()},
    {"created", session.created()},
    {"state", state_text(session.state())},
    {"state_reason", session.state_reason()},
    {"last_active_at", time_text(session.last_active_at())},
    {"expires_at", session.has_expires_at() ? ordered_json(time_text(session.expires_at())) : ordered_json(nullptr)},
    {"idle_ttl_ms", milliseconds(session.idle_ttl())},
    {"metadata", object_of(session.metadata())},
    {"base", session.base()},
    {"network", {{"mode", session.network().mode()}}},
    {"limits", limits_json(session.limits())},
    {"driver", session.driver()},
    {"isolation", object_of(session.isolation())},
    {"counts", object_of(session.counts())},
    {"closed_reason", session.closed_reason()},
    {"user", session.user()},
    {"cwd", session.cwd()},
  };
}

ordered_json stats_json(const v1::GetSessionStatsResponse& stats) {
  const auto figure = [](bool given, std::int64_t value) { return given ? ordered_json(value) : ordered_json(nullptr); };
  auto hit = ordered_json::array();
  for (const auto& each : stats.limits_hit())
    hit.push_back(each);
  return {{"processes", figure(stats.has_processes(), stats.processes())},
          {"memory_bytes", figure(stats.has_memory_bytes(), stats.memory_bytes())},
          {"cpu_ms", figure(stats.has_cpu(), milliseconds(stats.cpu()))},
          {"disk_bytes", figure(stats.has_disk_bytes(), stats.disk_bytes())},
          {"output_bytes", stats.output_bytes()},
          {"limits", limits_json(stats.limits())},
          {"limits_hit", std::move(hit)}};
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
    text += line + '\n';
  }
  return text;
}

} // namespace strata::client
