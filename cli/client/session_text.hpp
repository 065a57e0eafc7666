// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <strata/v1/session.pb.h>
#include <string>
#include <vector>

namespace strata::client {

/// A session as REST shows it: the same names, times in RFC 3339 with milliseconds, durations in whole milliseconds. Pure.
nlohmann::ordered_json session_json(const v1::Session& session);
nlohmann::ordered_json stats_json(const v1::GetSessionStatsResponse& stats);

/// "ready", "closed". Pure.
std::string state_text(v1::SessionState state);

/// Columns as wide as their widest cell, two blanks between. Pure.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

/// "2026-11-25T12:00:00.000Z". Pure.
std::string time_text(const google::protobuf::Timestamp& time);

} // namespace strata::client
