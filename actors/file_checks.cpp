// SPDX-License-Identifier: MIT
#include "actors/field_checks.hpp"
#include "actors/request_checks.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t max_path_bytes = 4095; // PATH_MAX with its NUL
constexpr std::size_t max_edits = 256;
constexpr std::size_t max_edit_bytes = 4 << 20;
constexpr std::size_t max_etags = 64;
constexpr std::size_t max_pattern_bytes = 4096;

result<void> check_path(std::string_view field, std::string_view path) {
  if (path.empty())
    return invalid(fmt::format("{} is required", field));
  return check_text(field, path, max_path_bytes);
}

result<void> check_mode(const std::optional<file_mode>& mode) {
  return mode ? check_between("mode", mode->bits, 0, 07777) : result<void>{};
}

result<void> check_etags(const std::vector<std::string>& etags) {
  if (etags.size() > max_etags)
    return invalid(fmt::format("if_match has more than {} etags", max_etags));
  for (const auto& each : etags)
    STRATA_CHECK(check_text("if_match", each, 256));
  return {};
}

template <class Operation> result<void> check_place(const Operation& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_path("path", request.path));
  return check_user(request.user);
}

} // namespace

result<void> check(const stat_file& request) { return check_place(request); }

result<void> check(const list_files& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_between("depth", request.depth, 1, 32));
  STRATA_CHECK(check_between("limit", request.limit, 1, wire::max_page_entries));
  return check_text("cursor", request.cursor, 32 * max_path_bytes);
}

result<void> check(const read_file& request) {
  STRATA_CHECK(check_place(request));
  if (request.length && *request.length < 0)
    return invalid("length is negative");
  return {};
}

result<void> check(const write_file& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_mode(request.mode));
  STRATA_CHECK(check_etags(request.if_match));
  if (request.must_be_new && !request.if_match.empty())
    return invalid("a file cannot have an etag and be new");
  return check_one_of("create", request.create, "auto", "never");
}

result<void> check(const make_directory& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_mode(request.mode));
  return check_one_of("create", request.create, "auto", "never");
}

result<void> check(const move_file& request) {
  STRATA_CHECK(check(request.session));
  STRATA_CHECK(check_path("from", request.from));
  STRATA_CHECK(check_path("to", request.to));
  return check_user(request.user);
}

result<void> check(const remove_file& request) { return check_place(request); }

result<void> check(const set_file_attributes& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_mode(request.mode));
  STRATA_CHECK(check_text("owner", request.owner, 128));
  if (!request.mode && request.owner.empty() && !request.mtime_ns)
    return invalid("nothing to change: mode, owner or mtime");
  return {};
}

result<void> check(const make_symlink& request) {
  STRATA_CHECK(check_place(request));
  return check_path("target", request.target);
}

result<void> check(const edit_file& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_etags(request.if_match));
  if (request.edits.empty() || request.edits.size() > max_edits)
    return invalid(fmt::format("edits has not 1 to {} entries", max_edits));
  std::size_t bytes = 0;
  for (const auto& each : request.edits) {
    if (each.old_text.empty())
      return invalid("edits: old is empty");
    bytes += each.old_text.size() + each.new_text.size();
  }
  if (bytes > max_edit_bytes)
    return error{errc::too_large, fmt::format("edit file: max {} bytes of text together", max_edit_bytes)};
  return {};
}

result<void> check(const search_files& request) {
  STRATA_CHECK(check_place(request));
  STRATA_CHECK(check_text("glob", request.glob, max_path_bytes));
  STRATA_CHECK(check_text("text", request.text, max_pattern_bytes));
  STRATA_CHECK(check_text("regex", request.regex, max_pattern_bytes));
  if (!request.text.empty() && !request.regex.empty())
    return invalid("text and regex cannot both be given");
  STRATA_CHECK(check_between("context", request.context, 0, wire::max_search_context));
  STRATA_CHECK(check_between("limit", request.limit, 1, wire::max_page_entries));
  STRATA_CHECK(check_between("max_bytes", request.max_bytes, 1 << 10, 1 << 20));
  if (request.cursor.size() > 33 * max_path_bytes) // has a NUL
    return invalid("cursor is too long");
  return {};
}

result<void> check(const read_archive& request) { return check_place(request); }

result<void> check(const write_archive& request) {
  STRATA_CHECK(check_place(request));
  return check_one_of("create", request.create, "auto", "never");
}

result<void> check(const watch_files& request) {
  STRATA_CHECK(check_place(request));
  if (request.since && *request.since < 0)
    return invalid("since is negative");
  STRATA_CHECK(check_between("wait_ms", request.wait_ms, 0, 60'000));
  return check_between("limit", request.limit, 1, 1000);
}

} // namespace strata
