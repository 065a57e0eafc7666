// SPDX-License-Identifier: MIT
// The messages of search, archives and watching.
#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/file_placed.hpp"

namespace strata {

search_files operation_of(const v1::SearchRequest& asked) {
  auto operation = placed<search_files>(asked);
  operation.glob = asked.name();
  operation.text = asked.text();
  operation.regex = asked.regex();
  operation.ignore_case = asked.ignore_case();
  operation.hidden = !asked.no_hidden();
  operation.context = asked.context();
  if (asked.page_size() != 0)
    operation.limit = asked.page_size();
  if (asked.max_bytes() != 0)
    operation.max_bytes = asked.max_bytes();
  operation.cursor = asked.page_token();
  return operation;
}

result<read_archive> operation_of(const v1::ReadArchiveRequest& asked) {
  auto operation = placed<read_archive>(asked);
  switch (asked.format()) {
  case v1::ARCHIVE_FORMAT_UNSPECIFIED:
  case v1::ARCHIVE_FORMAT_TAR: return operation;
  case v1::ARCHIVE_FORMAT_TAR_GZ: operation.format = archive_format::tar_gz; return operation;
  case v1::ARCHIVE_FORMAT_ZIP: operation.format = archive_format::zip; return operation;
  default: return error{errc::invalid_argument, "format: none that is known", {{"field", "format"}}};
  }
}

result<write_archive> operation_of(const v1::WriteArchiveRequest::Open& asked) {
  auto operation = placed<write_archive>(asked);
  operation.any_links = asked.any_links();
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  return operation;
}

watch_files operation_of(const v1::WatchRequest& asked) {
  auto operation = placed<watch_files>(asked);
  operation.recursive = asked.recursive();
  if (asked.has_since())
    operation.since = asked.since();
  return operation;
}

void encode(const search_page& page, v1::SearchResponse& into) {
  for (const auto& each : page.items) {
    auto& match = *into.add_matches();
    match.set_path(proto_text(each.path));
    if (match.path() != each.path)
      match.set_raw_path(each.path);
    match.set_type(proto_type(each.type));
    match.set_line(static_cast<std::int32_t>(each.line));
    match.set_column(static_cast<std::int32_t>(each.column));
    match.set_text(proto_text(each.text));
    for (const auto& line : each.before)
      match.add_before(proto_text(line));
    for (const auto& line : each.after)
      match.add_after(proto_text(line));
  }
  into.set_next_page_token(page.next_cursor);
  into.set_unreadable(page.unreadable);
  into.set_binary(page.binary);
}

void encode(const file_event_page& page, v1::WatchResponse& into) {
  auto number = page.first;
  for (const auto& each : page.items) {
    auto& event = *into.add_events();
    event.set_number(number++);
    event.set_change(static_cast<v1::WatchResponse::Change>(static_cast<int>(each.what) + 1));
    event.set_path(proto_text(each.path));
    if (event.path() != each.path)
      event.set_raw_path(each.path);
    event.set_directory(each.directory);
    event.set_to(proto_text(each.to));
    if (event.to() != each.to)
      event.set_raw_to(each.to);
  }
  into.set_next(page.next);
}

} // namespace strata
