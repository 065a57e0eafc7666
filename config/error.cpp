// SPDX-License-Identifier: MIT
#include "config/error.hpp"

#include <array>
#include <cctype>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>

namespace strata {

namespace {

// In the order of errc; a static_assert below keeps the two in step.
constexpr std::array<std::string_view, static_cast<std::size_t>(errc::internal) + 1> names{
  "invalid_argument",     "unknown_field",     "identity_mismatch",  "unauthenticated",     "permission_denied",
  "session_not_found",    "process_not_found", "terminal_not_found", "shell_not_found",     "file_not_found",
  "session_exists",       "file_exists",       "session_differs",    "shell_busy",          "process_ended",
  "stdin_closed",         "offset_mismatch",   "is_a_directory",     "not_a_directory",     "not_empty",
  "request_in_flight",    "etag_mismatch",     "too_large",          "offset_out_of_range", "command_not_found",
  "cwd_not_found",        "user_not_found",    "not_executable",     "edit_not_found",      "edit_ambiguous",
  "idempotency_mismatch", "quota_exceeded",    "rate_limited",       "unsupported",         "session_lost",
  "shell_lost",           "overloaded",        "draining",           "disk_full",           "internal",
};
static_assert(names.back() == "internal" && names[static_cast<std::size_t>(errc::etag_mismatch)] == "etag_mismatch");

} // namespace

std::string_view to_string(errc code) noexcept { return names[static_cast<std::size_t>(code)]; }

std::string errno_text(int number) {
  char buffer[128];
  std::string text = ::strerror_r(number, buffer, sizeof buffer); // GNU: returns the text
  if (!text.empty())
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

error errno_error(std::string_view what, std::string_view object, int number) {
  auto code = number == ENOSPC || number == EDQUOT ? errc::disk_full : errc::internal;
  if (object.empty())
    return {code, fmt::format("{}: {}", what, errno_text(number))};
  return {code, fmt::format("{} {}: {}", what, object, errno_text(number))};
}

void throw_exception_from_error(const error& failure, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: unexpected error: {}", where.file_name(), where.line(), failure.message));
}

} // namespace strata
