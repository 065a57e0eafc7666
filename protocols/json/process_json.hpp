// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

/// A process of any kind. What it does not have (a name, a terminal, an end yet) is null.
ordered_json to_json(const process_info& process);
ordered_json to_json(const process_page& page);
/// reason, exit_code, signal, limits_hit, left_running and, where it is known, at.
ordered_json to_json(const process_end& end, std::optional<wall_time> at = {});
/// §2 "Output": a character that is cut at the end of the page is left for the next one.
ordered_json to_json(output_page page);
ordered_json to_json(const accepted_input& input);

/// The body of POST S/processes into everything but the session. Unknown members are refused.
result<start_process> read_start_process(std::string_view body);
/// {"signal", "to"}; an empty body is TERM to the process.
result<signal_process> read_signal_process(std::string_view body);

} // namespace strata
