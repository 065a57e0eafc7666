// SPDX-License-Identifier: MIT
#pragma once

#include "config/line_writer.hpp"
#include "config/log_line.hpp"

#include <memory>
#include <string_view>
#include <vector>

/// The process' log: events with their facts, no prose. `event` is a stable dotted name; facts hold no secrets and no
/// output of commands.
///
///     log::info("session.started", {{"session", key}, {"pid", pid}});
///
/// Thread safe. Nothing is written before start() or after stop().
namespace strata::log {

/// From now on events of at least this level go there.
void start(log_level least, std::unique_ptr<line_writer> to);
/// Writes what waits; blocks as long as the reader stalls.
void stop();

void write(log_level level, std::string_view event, const std::vector<log_fact>& facts);

inline void debug(std::string_view event, const std::vector<log_fact>& facts = {}) { write(log_level::debug, event, facts); }
inline void info(std::string_view event, const std::vector<log_fact>& facts = {}) { write(log_level::info, event, facts); }
inline void warn(std::string_view event, const std::vector<log_fact>& facts = {}) { write(log_level::warn, event, facts); }
inline void error(std::string_view event, const std::vector<log_fact>& facts = {}) { write(log_level::error, event, facts); }

} // namespace strata::log
