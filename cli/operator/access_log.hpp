// SPDX-License-Identifier: MIT
#pragma once

#include "config/line_writer.hpp"
#include "protocols/server_options.hpp"

#include <memory>
#include <string>

namespace strata {

/// Where access lines go: "-" is standard output, anything else a file. Empty: null.
result<std::unique_ptr<line_writer>> open_access_log(const std::string& target);

/// One line of the access log, in the form of log_line(): "... info http.request peer=127.0.0.1:40000 method=GET ...". Pure.
std::string access_line(std::chrono::system_clock::time_point at, const access_record& answered);

} // namespace strata
