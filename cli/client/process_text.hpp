// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <strata/v1/process.pb.h>
#include <string>
#include <vector>

namespace strata::client {

/// A process as REST shows it. Pure.
nlohmann::ordered_json process_json(const v1::Process& process);
nlohmann::ordered_json processes_json(const std::vector<v1::Process>& processes);

/// Columns for people: id, kind, state, pid, bytes, tag, command. Pure.
std::string processes_table(const std::vector<v1::Process>& processes);

/// What a shell would give: its exit code, 128+n on a signal; 124 timed out or still running, 1 where it has none. Pure.
int exit_code_of(const v1::Process& process);
int exit_code_of(const v1::ProcessEvent::End& end);

} // namespace strata::client
