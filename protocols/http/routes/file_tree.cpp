// SPDX-License-Identifier: MIT
// S/files: what is done to entries: stat, list, mkdir, move, copy, symlink, edit, attributes, remove.
#include "protocols/http/etag.hpp"
#include "protocols/http/routes/file_place.hpp"
#include "protocols/json/file_json.hpp"
#include "protocols/json/times.hpp"

namespace strata {

namespace {

constexpr auto tell = [](exchange& to, const auto& response) { to.answer(to_json(response)); };

result<list_files> decode_file_list(const exchange& asked) {
  list_files operation;
  STRATA_CHECK(read_path(asked, operation));
  STRATA_TRY(const auto depth, read_number(asked.query, "depth"));
  operation.depth = depth.value_or(operation.depth);
  STRATA_TRY(const auto limit, read_number(asked.query, "limit"));
  operation.limit = limit.value_or(operation.limit);
  if (find_parameter(asked.query, "hidden")) {
    STRATA_TRY(operation.hidden, read_flag(asked.query, "hidden"));
  }
  if (const auto* cursor = find_parameter(asked.query, "cursor")) {
    STRATA_TRY(operation.cursor, read_cursor(*cursor));
  }
  return operation;
}

result<set_file_attributes> decode_attributes(const exchange& asked) {
  STRATA_TRY(auto object, read_object(asked.request.body, trailing_bytes::refused));
  set_file_attributes operation;
  STRATA_CHECK(read_fields(object, operation, member_rules::strict, {"mtime"}));
  if (const auto* mtime = find_member(object, "mtime", member_rules::strict); mtime && !mtime->is_null()) {
    std::string text;
    STRATA_CHECK(read_value("mtime", *mtime, text));
    const auto time = parse_time(text);
    if (!time)
      return error{errc::invalid_argument, "mtime: expected a time as in RFC 3339", {{"field", "mtime"}}};
    operation.mtime_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time->time_since_epoch()).count();
  }
  STRATA_CHECK(read_path(asked, operation));
  return operation;
}

/// An operation whose body is its fields.
template <class Operation> void serve(exchange& asked) {
  auto session = session_of(asked);
  if (!session)
    return asked.fail(session.error());
  auto operation = read_file_request<Operation>(asked.request.body);
  if (!operation)
    return asked.fail(operation.error());
  operation->session = std::move(*session);
  asked.call(std::move(*operation), tell);
}

template <class Operation> void serve_decoded(exchange& asked, result<Operation> operation) {
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), tell);
}

} // namespace

void serve_stat_file(exchange& asked) {
  stat_file operation;
  if (auto placed = read_path(asked, operation); !placed)
    return asked.fail(placed.error());
  if (find_parameter(asked.query, "follow")) {
    auto follow = read_flag(asked.query, "follow");
    if (!follow)
      return asked.fail(follow.error());
    operation.follow = *follow;
  }
  asked.call(std::move(operation), [](exchange& to, const file_result& result) { to.answer(to_json(result.info)); });
}

void serve_list_files(exchange& asked) { serve_decoded(asked, decode_file_list(asked)); }

void serve_set_file_attributes(exchange& asked) { serve_decoded(asked, decode_attributes(asked)); }

void serve_make_directory(exchange& asked) { serve<make_directory>(asked); }
void serve_move_file(exchange& asked) { serve<move_file>(asked); }
void serve_copy_file(exchange& asked) { serve<copy_file>(asked); }
void serve_make_symlink(exchange& asked) { serve<make_symlink>(asked); }
void serve_edit_file(exchange& asked) { serve<edit_file>(asked); }

void serve_remove_file(exchange& asked) {
  remove_file operation;
  if (auto placed = read_path(asked, operation); !placed)
    return asked.fail(placed.error());
  auto recursive = read_flag(asked.query, "recursive");
  if (!recursive)
    return asked.fail(recursive.error());
  operation.recursive = *recursive;
  asked.call(std::move(operation), [](exchange& to, const removed_file&) { to.answer_nothing(); });
}

} // namespace strata
