// SPDX-License-Identifier: MIT
#include "protocols/grpc/file_messages.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/file_placed.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

template <class Request> std::optional<file_mode> mode_of(const Request& asked) {
  return asked.has_mode() ? std::optional{file_mode{asked.mode()}} : std::nullopt;
}

template <class Operation, class Request> Operation transfer(const Request& asked) {
  Operation operation;
  operation.session = session_of(asked.session());
  operation.from = asked.from();
  operation.to = asked.to();
  operation.user = asked.user();
  operation.overwrite = asked.overwrite();
  return operation;
}

void set_nanoseconds(std::int64_t since_1970, google::protobuf::Timestamp& into) {
  constexpr std::int64_t second = 1'000'000'000;
  const auto part = (since_1970 % second + second) % second;
  into.set_seconds((since_1970 - part) / second);
  into.set_nanos(static_cast<std::int32_t>(part));
}

} // namespace

stat_file operation_of(const v1::StatRequest& asked) {
  auto operation = placed<stat_file>(asked);
  operation.follow = !asked.no_follow();
  return operation;
}

list_files operation_of(const v1::ListRequest& asked) {
  auto operation = placed<list_files>(asked);
  if (asked.depth() != 0)
    operation.depth = asked.depth();
  if (asked.page_size() != 0)
    operation.limit = asked.page_size();
  operation.cursor = asked.page_token();
  operation.hidden = !asked.no_hidden();
  return operation;
}

result<make_directory> operation_of(const v1::MakeDirRequest& asked) {
  auto operation = placed<make_directory>(asked);
  operation.mode = mode_of(asked);
  operation.parents = asked.parents();
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  return operation;
}

move_file operation_of(const v1::MoveRequest& asked) { return transfer<move_file>(asked); }

copy_file operation_of(const v1::CopyRequest& asked) { return transfer<copy_file>(asked); }

remove_file operation_of(const v1::RemoveRequest& asked) {
  auto operation = placed<remove_file>(asked);
  operation.recursive = asked.recursive();
  return operation;
}

result<set_file_attributes> operation_of(const v1::SetAttributesRequest& asked) {
  auto operation = placed<set_file_attributes>(asked);
  operation.mode = mode_of(asked);
  operation.owner = asked.owner();
  if (asked.has_mtime()) {
    STRATA_TRY(const auto time, time_of(asked.mtime(), "mtime"));
    operation.mtime_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  }
  return operation;
}

make_symlink operation_of(const v1::SymlinkRequest& asked) {
  auto operation = placed<make_symlink>(asked);
  operation.target = asked.target();
  operation.overwrite = asked.overwrite();
  return operation;
}

edit_file operation_of(const v1::EditRequest& asked) {
  auto operation = placed<edit_file>(asked);
  for (const auto& each : asked.edits())
    operation.edits.push_back({each.old_text(), each.new_text(), each.all()});
  operation.if_match = {asked.if_match().begin(), asked.if_match().end()};
  return operation;
}

read_file operation_of(const v1::ReadRequest& asked) {
  auto operation = placed<read_file>(asked);
  operation.offset = asked.offset();
  if (asked.has_length())
    operation.length = asked.length();
  return operation;
}

result<write_file> operation_of(const v1::WriteRequest::Open& asked) {
  auto operation = placed<write_file>(asked);
  operation.mode = mode_of(asked);
  operation.parents = asked.parents();
  operation.append = asked.append();
  operation.must_be_new = asked.must_be_new();
  operation.if_match = {asked.if_match().begin(), asked.if_match().end()};
  STRATA_TRY(operation.create, create_mode_of(asked.create()));
  return operation;
}

void encode(const file_info& info, v1::File& into) {
  into.set_path(proto_text(info.path));
  if (into.path() != info.path)
    into.set_raw_path(info.path);
  into.set_type(proto_type(info.type));
  into.set_size(info.size);
  into.set_mode(info.mode);
  into.set_uid(info.uid);
  into.set_gid(info.gid);
  set_nanoseconds(info.mtime_ns, *into.mutable_mtime());
  into.set_etag(proto_text(info.etag));
  into.set_target(proto_text(info.target));
}

void encode(const file_page& page, v1::ListResponse& into) {
  for (const auto& each : page.items)
    encode(each, *into.add_files());
  into.set_next_page_token(page.next_cursor);
  into.set_unreadable(page.unreadable);
}

void encode(const edited_file& edited, v1::EditResponse& into) {
  encode(edited.info, *into.mutable_file());
  into.set_replaced(edited.replaced);
  for (const auto& each : edited.hunks) {
    auto& hunk = *into.add_hunks();
    hunk.set_line(static_cast<std::int32_t>(each.line));
    hunk.set_removed(proto_text(each.removed));
    hunk.set_added(proto_text(each.added));
  }
}

void encode(const file_content& content, v1::ReadResponse& into) {
  auto& opened = *into.mutable_opened();
  encode(content.info, *opened.mutable_file());
  opened.set_offset(content.offset);
  opened.set_length(content.length);
  opened.set_session_uid(content.session_uid);
}

} // namespace strata
