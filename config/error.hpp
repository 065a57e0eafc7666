// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// What went wrong, in the words of the API (docs/errors.md). The order is not part of any wire format;
/// the spelling is: `to_string(errc::shell_busy)` is "shell_busy" on every protocol.
enum class errc {
  invalid_argument,
  unknown_field,
  identity_mismatch,
  unauthenticated,
  permission_denied,
  session_not_found,
  process_not_found,
  terminal_not_found,
  shell_not_found,
  file_not_found,
  session_exists,
  file_exists,
  session_differs,
  shell_busy,
  process_ended,
  stdin_closed,
  offset_mismatch,
  is_a_directory,
  not_a_directory,
  not_empty,
  request_in_flight,
  etag_mismatch,
  too_large,
  offset_out_of_range,
  command_not_found,
  cwd_not_found,
  user_not_found,
  not_executable,
  edit_not_found,
  edit_ambiguous,
  idempotency_mismatch,
  quota_exceeded,
  rate_limited,
  unsupported,
  session_lost, ///< the sandbox died during the call; the work may have run
  shell_lost,   ///< the command shell could not begin the command; nothing of it has run
  overloaded,
  draining,
  disk_full,
  internal,
};

/// The wire spelling of a code, e.g. "shell_busy".
std::string_view to_string(errc code) noexcept;

/// One failure: a code for programs, a sentence for people and facts for both.
/// The message is lower case, names verb, object and reason, and has no full stop:
/// "mount overlay on session alice/build: operation not permitted".
struct error {
  errc code = errc::internal;
  std::string message;
  /// Machine-readable facts beside the message, e.g. {"holder", "p12-x7q4"}, {"retry_after", "1"} (seconds).
  std::vector<std::pair<std::string, std::string>> facts{};

  bool operator==(const error&) const = default;
};

template <class T> using result = boost::system::result<T, error>;

/// An `internal` (ENOSPC/EDQUOT: `disk_full`) error "what object: strerror(errno)". Pass errno explicitly where it may have been overwritten.
error errno_error(std::string_view what, std::string_view object = {}, int number = errno);

/// Lower-case text of an errno value, e.g. "operation not permitted". Thread safe.
std::string errno_text(int number);

/// For boost::system::result::value() on an error: a programmer's mistake, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const error& failure, const boost::source_location& where);

} // namespace strata

#define STRATA_CONCAT_INNER(a, b) a##b
#define STRATA_CONCAT(a, b) STRATA_CONCAT_INNER(a, b)
#define STRATA_TRY_INNER(name, declaration, expression)                                                                          \
  auto name = (expression);                                                                                                      \
  if (!name)                                                                                                                     \
    return name.error();                                                                                                         \
  declaration = std::move(*name)
/// `STRATA_TRY(auto fd, open_beneath(...));` returns the error of the expression or binds its value.
#define STRATA_TRY(declaration, expression) STRATA_TRY_INNER(STRATA_CONCAT(try_, __LINE__), declaration, expression)
/// The same for result<void>.
#define STRATA_CHECK(expression)                                                                                                 \
  if (auto STRATA_CONCAT(check_, __LINE__) = (expression); !STRATA_CONCAT(check_, __LINE__))                                     \
  return STRATA_CONCAT(check_, __LINE__).error()
