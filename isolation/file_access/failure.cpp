// SPDX-License-Identifier: MIT
#include "isolation/file_access/failure.hpp"

#include "config/escaped.hpp"
#include "isolation/file_access/workers.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

errc code_of(int number) {
  switch (number) {
  case ENOENT: return errc::file_not_found;
  case EEXIST: return errc::file_exists;
  case EISDIR: return errc::is_a_directory;
  case ENOTDIR: return errc::not_a_directory;
  case ENOTEMPTY: return errc::not_empty;
  case EACCES:
  case EPERM:
  case EROFS: return errc::permission_denied;
  case ENOSPC:
  case EDQUOT: return errc::disk_full;
  case ERANGE: return errc::offset_out_of_range;
  case EFBIG: return errc::too_large;
  case EBUSY: return errc::overloaded;
  case ELOOP:
  case EINVAL:
  case ENAMETOOLONG:
  case EXDEV:
  case ENXIO:
  case ENODEV: return errc::invalid_argument;
  default: return errc::internal;
  }
}

std::string lines_told(const wire::files_failure& failure) {
  std::string text;
  for (const auto line : failure.lines)
    text += (text.empty() ? "" : ", ") + std::to_string(line);
  return text.empty() || failure.count <= failure.lines.size() ? text : text + ", …";
}

} // namespace

error to_error(const wire::files_failure& failure) {
  constexpr std::size_t longest = 4 << 10;
  const auto what = escaped(std::string_view{failure.text}.substr(0, longest));
  switch (failure.why) {
  case wire::file_problem::by_number:
    if (failure.number == ERANGE)
      return {errc::offset_out_of_range, what + ": the offset is beyond its end"};
    if (failure.number == EBUSY)
      return {errc::overloaded, what + ": others are changing it", {{"retry_after", "1"}}};
    return {code_of(failure.number), what + ": " + errno_text(failure.number)};
  case wire::file_problem::etag_differs: return {errc::etag_mismatch, what + ": its etag is another one"};
  case wire::file_problem::not_a_regular_file: return {errc::invalid_argument, what + ": it is not a regular file"};
  case wire::file_problem::user_not_found: return {errc::user_not_found, what + ": no such user"};
  case wire::file_problem::into_itself: return {errc::invalid_argument, what + ": it would be within itself"};
  case wire::file_problem::malformed: return {errc::invalid_argument, what + ": malformed path or request"};
  case wire::file_problem::too_large:
    return {errc::too_large, fmt::format("{}: max {} bytes for an edit", what, wire::max_edited_bytes)};
  case wire::file_problem::leads_out:
    return {errc::invalid_argument, what + ": it leads out of the directory that the archive is unpacked into"};
  case wire::file_problem::not_unpackable: return {errc::invalid_argument, what + ": devices are not unpacked"};
  case wire::file_problem::bad_archive:
  case wire::file_problem::bad_pattern: return {errc::invalid_argument, what};
  case wire::file_problem::bomb: return {errc::too_large, what + ": the archive would grow too much"};
  case wire::file_problem::broken_off: return {errc::session_lost, what + ": the bytes ended before it was done; try again"};
  case wire::file_problem::edit_not_found:
    return {errc::edit_not_found,
            fmt::format("{}: the text of edit {} is not in it", what, failure.number + 1),
            {{"edit", std::to_string(failure.number + 1)}}};
  case wire::file_problem::edit_ambiguous:
    return {
      errc::edit_ambiguous,
      fmt::format("{}: the text of edit {} is in it {} times, on lines {}; take more of its surroundings, or replace all", what,
                  failure.number + 1, failure.count, lines_told(failure)),
      {{"edit", std::to_string(failure.number + 1)}, {"count", std::to_string(failure.count)}, {"lines", lines_told(failure)}}};
  }
  return {errc::internal, what + ": failed"};
}

error failure_in(const std::optional<file_worker::message>& got) {
  wire::files_failure failure;
  return got && got->what == wire::files_message::failure && decode(*got, failure) ? to_error(failure) : lost_worker();
}

} // namespace strata
