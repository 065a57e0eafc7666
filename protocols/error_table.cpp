// SPDX-License-Identifier: MIT
#include "protocols/error_table.hpp"

#include <array>

namespace strata {

namespace {

using enum errc;
using g = grpc_code;

constexpr std::array rows{
  error_row{invalid_argument, 400, g::invalid_argument, -32602, "invalid argument", false},
  error_row{unknown_field, 400, g::invalid_argument, -32602, "unknown field", false},
  error_row{identity_mismatch, 400, g::invalid_argument, -32602, "identity mismatch", false},
  error_row{unauthenticated, 401, g::unauthenticated, -32001, "not authenticated", false},
  error_row{permission_denied, 403, g::permission_denied, -32003, "not allowed", false},
  error_row{session_not_found, 404, g::not_found, -32004, "session not found", false},
  error_row{process_not_found, 404, g::not_found, -32005, "process not found", false},
  error_row{terminal_not_found, 404, g::not_found, -32006, "terminal not found", false},
  error_row{shell_not_found, 404, g::not_found, -32007, "shell not found", false},
  error_row{file_not_found, 404, g::not_found, -32008, "file not found", false},
  error_row{session_exists, 409, g::already_exists, -32009, "session exists", false},
  error_row{file_exists, 409, g::already_exists, -32010, "file exists", false},
  error_row{session_differs, 409, g::failed_precondition, -32011, "session differs", false},
  error_row{shell_busy, 409, g::failed_precondition, -32012, "shell busy", false},
  error_row{process_ended, 409, g::failed_precondition, -32013, "process ended", false},
  error_row{stdin_closed, 409, g::failed_precondition, -32014, "input closed", false},
  error_row{offset_mismatch, 409, g::failed_precondition, -32015, "offset mismatch", false},
  error_row{is_a_directory, 409, g::failed_precondition, -32016, "is a directory", false},
  error_row{not_a_directory, 409, g::failed_precondition, -32017, "not a directory", false},
  error_row{not_empty, 409, g::failed_precondition, -32018, "not empty", false},
  error_row{request_in_flight, 409, g::aborted, -32019, "request in flight", true},
  error_row{etag_mismatch, 412, g::failed_precondition, -32020, "etag mismatch", false},
  error_row{too_large, 413, g::resource_exhausted, -32021, "too large", false},
  error_row{offset_out_of_range, 416, g::out_of_range, -32022, "offset out of range", false},
  error_row{command_not_found, 422, g::failed_precondition, -32023, "command not found", false},
  error_row{cwd_not_found, 422, g::failed_precondition, -32024, "working directory not found", false},
  error_row{user_not_found, 422, g::failed_precondition, -32025, "user not found", false},
  error_row{not_executable, 422, g::failed_precondition, -32026, "not executable", false},
  error_row{edit_not_found, 422, g::failed_precondition, -32027, "text to edit not found", false},
  error_row{edit_ambiguous, 422, g::failed_precondition, -32028, "text to edit is ambiguous", false},
  error_row{idempotency_mismatch, 422, g::invalid_argument, -32030, "idempotency key reused", false},
  error_row{quota_exceeded, 429, g::resource_exhausted, -32029, "quota exceeded", true},
  error_row{rate_limited, 429, g::resource_exhausted, -32031, "rate limited", true},
  error_row{unsupported, 501, g::unimplemented, -32032, "unsupported", false},
  error_row{session_lost, 502, g::aborted, -32033, "session lost", false},
  error_row{shell_lost, 502, g::aborted, -32034, "shell lost", true},
  error_row{overloaded, 503, g::unavailable, -32035, "overloaded", true},
  error_row{draining, 503, g::unavailable, -32036, "server is stopping", true},
  error_row{disk_full, 507, g::resource_exhausted, -32037, "disk full", false},
  error_row{internal, 500, g::internal, -32603, "internal error", false},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].code) != i)
      return false;
  return true;
}
static_assert(rows.size() == static_cast<std::size_t>(errc::internal) + 1, "every errc has its row");
static_assert(in_order(), "rows stand in the order of errc");

} // namespace

const error_row& row_of(errc code) noexcept {
  auto index = static_cast<std::size_t>(code);
  return index < rows.size() ? rows[index] : rows.back();
}

bool wants_retry_after(errc code) noexcept {
  auto status = row_of(code).http;
  return status == 429 || status == 503 || code == errc::request_in_flight;
}

} // namespace strata
