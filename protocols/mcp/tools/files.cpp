// SPDX-License-Identifier: MIT
// The tools file_write, file_edit and file_list.
#include "protocols/mcp/tools/files.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/json/file_json.hpp"
#include "protocols/json/utf8.hpp"
#include "protocols/mcp/tools/run.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

template <class Operation> result<Operation> placed(const tool_call& call) {
  Operation operation;
  STRATA_TRY(operation.session, session_of(call));
  STRATA_CHECK(call.read("path", operation.path));
  STRATA_CHECK(call.read("user", operation.user));
  return operation;
}

template <class Operation> result<void> read_condition(const tool_call& call, Operation& into) {
  std::string etag;
  STRATA_CHECK(call.read("if_match", etag));
  if (!etag.empty())
    into.if_match = {std::move(etag)};
  return {};
}

result<write_file> decode_write(const tool_call& call) {
  STRATA_CHECK(call.allow_only(
    {"owner_id", "session_id", "uid", "sid", "path", "content", "content_b64", "mode", "if_match", "append", "user"}));
  STRATA_TRY(auto operation, placed<write_file>(call));
  STRATA_CHECK(read_condition(call, operation));
  STRATA_CHECK(call.read("mode", operation.mode));
  STRATA_CHECK(call.read("append", operation.append));
  operation.parents = true;
  return operation;
}

result<std::string> read_content(const tool_call& call) {
  std::optional<std::string> text, encoded;
  STRATA_CHECK(call.read("content", text));
  STRATA_CHECK(call.read("content_b64", encoded));
  if (text.has_value() == encoded.has_value())
    return error{errc::invalid_argument, "either content or content_b64 is required", {{"field", "content"}}};
  if (text)
    return std::move(*text);
  auto bytes = base64_decode(*encoded);
  if (!bytes)
    return error{errc::invalid_argument, "content_b64: expected base64 with padding", {{"field", "content_b64"}}};
  return std::move(*bytes);
}

result<edit_file> decode_edit(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "path", "edits", "if_match", "user"}));
  STRATA_TRY(auto operation, placed<edit_file>(call));
  STRATA_CHECK(read_condition(call, operation));
  STRATA_CHECK(call.read("edits", operation.edits));
  return operation;
}

result<list_files> decode_file_list(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "path", "depth", "limit", "hidden", "cursor", "user"}));
  STRATA_TRY(auto operation, placed<list_files>(call));
  STRATA_CHECK(call.read("depth", operation.depth));
  STRATA_CHECK(call.read("limit", operation.limit));
  STRATA_CHECK(call.read("hidden", operation.hidden));
  std::string cursor;
  STRATA_CHECK(call.read("cursor", cursor));
  STRATA_TRY(operation.cursor, read_cursor(cursor));
  return operation;
}

void tell_written(tool_call& to, const file_upload& upload, const file_info& info) {
  to.succeed({{"path", replace_bad_utf8(info.path)},
              {"etag", info.etag},
              {"bytes", info.size},
              {"created", info.created},
              {"session_created", upload.session_created}},
             {fmt::format("{} {}: {} bytes", info.created ? "made" : "wrote", replace_bad_utf8(info.path), info.size)});
}

/// Back onto the strand of the call, from wherever the file's answer came.
template <class T, class Take> auto on_strand(std::shared_ptr<tool_call> call, Take take) {
  return [call = std::move(call), take = std::move(take)](result<T> outcome) {
    boost::asio::post(call->strand(), [call, take, outcome = std::move(outcome)]() mutable {
      outcome ? take(*call, std::move(outcome)) : call->fail(outcome.error());
    });
  };
}

void write(tool_call& to, std::string content, const std::shared_ptr<file_upload>& upload) {
  upload->bytes->write(
    std::move(content), on_strand<void>(to.shared_from_this(), [upload](tool_call& call, const result<void>&) {
      upload->bytes->finish(on_strand<file_info>(
        call.shared_from_this(), [upload](tool_call& it, const result<file_info>& info) { tell_written(it, *upload, *info); }));
    }));
}

std::string indented(const std::string& lines, char mark) {
  std::string text;
  for (std::size_t at = 0; at <= lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    text += mark + lines.substr(at, end - at) + '\n';
    at = end + 1;
  }
  return text;
}

} // namespace

void run_file_write(std::shared_ptr<tool_call> call) {
  auto operation = decode_write(*call);
  auto content = read_content(*call);
  if (!operation || !content)
    return call->fail(operation ? content.error() : operation.error());
  call->run(std::move(*operation), std::function<void(tool_call&, result<file_upload>)>{
                                     [content = std::move(*content)](tool_call& to, result<file_upload> upload) mutable {
                                       if (!upload)
                                         return to.fail(upload.error());
                                       write(to, std::move(content), std::make_shared<file_upload>(std::move(*upload)));
                                     }});
}

void run_file_edit(std::shared_ptr<tool_call> call) {
  run(*call, decode_edit(*call), [](tool_call& to, const edited_file& edited) {
    const auto shown = to_json(edited);
    std::string diff;
    for (const auto& hunk : edited.hunks)
      diff += fmt::format("@@ line {} @@\n{}{}", hunk.line, indented(replace_bad_utf8(hunk.removed), '-'),
                          indented(replace_bad_utf8(hunk.added), '+'));
    ordered_json told;
    for (const auto* name : {"path", "etag", "size", "replaced", "hunks"})
      told[name] = shown[name];
    to.succeed(std::move(told), {diff});
  });
}

void run_file_list(std::shared_ptr<tool_call> call) {
  run(*call, decode_file_list(*call), [](tool_call& to, const file_page& page) {
    ordered_json told{{"items", ordered_json::array()}};
    std::string text;
    for (const auto& each : page.items) {
      const auto shown = to_json(each);
      ordered_json item;
      for (const auto* name : {"path", "path_b64", "type", "size", "mtime", "target"})
        if (shown.contains(name))
          item[name] = shown[name];
      text += fmt::format("{} {:>10} {}{}\n", shown["mode"].get<std::string>(), each.size, shown["path"].get<std::string>(),
                          each.type == file_type::directory ? "/"
                          : each.type == file_type::symlink ? " -> " + shown["target"].get<std::string>()
                                                            : "");
      told["items"].push_back(std::move(item));
    }
    told["next_cursor"] = page.next_cursor.empty() ? ordered_json(nullptr) : ordered_json(cursor_text(page.next_cursor));
    told["unreadable"] = page.unreadable;
    std::vector<std::string> texts{text.empty() ? "(nothing)" : text};
    if (!page.next_cursor.empty())
      texts.emplace_back("[there are more: go on with cursor=next_cursor]");
    to.succeed(std::move(told), texts);
  });
}

} // namespace strata
