// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "isolation/host_check.hpp"

#include <ostream>

namespace strata {

/// `strata check`: each need of this host. Exit code 0 when a server with the same settings can run, else 1.
command check_command(std::ostream& out);

/// The findings as a table for people, with remedies and a last line that sums up. Pure.
std::string findings_table(const std::vector<host_finding>& findings);

/// The same as one JSON document: {"can_run": true, "findings": [{"need", "state", "required", "detail", "remedy"}]}. Pure.
std::string findings_json(const std::vector<host_finding>& findings);

} // namespace strata
