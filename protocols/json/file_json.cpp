// SPDX-License-Identifier: MIT
#include "protocols/json/file_json.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/json/times.hpp"
#include "protocols/json/utf8.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

std::chrono::system_clock::time_point time_of(std::int64_t nanoseconds) {
  return std::chrono::system_clock::time_point{
    std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds{nanoseconds})};
}

} // namespace

void put_bytes(ordered_json& into, const std::string& name, const std::string& bytes) {
  into[name] = replace_bad_utf8(bytes);
  if (!is_utf8(bytes))
    into[name + "_b64"] = base64_encode(bytes);
}

std::optional<archive_format> parse_archive_format(std::string_view text) noexcept {
  if (text == "tar")
    return archive_format::tar;
  if (text == "tar.gz")
    return archive_format::tar_gz;
  return text == "zip" ? std::optional{archive_format::zip} : std::nullopt;
}

ordered_json to_json(const unpacked_archive& made, bool session_created) {
  return {{"files", made.files}, {"bytes", made.bytes}, {"skipped", made.skipped}, {"session_created", session_created}};
}

std::string_view to_string(file_type type) noexcept {
  switch (type) {
  case file_type::file: return "file";
  case file_type::directory: return "directory";
  case file_type::symlink: return "symlink";
  case file_type::fifo: return "fifo";
  case file_type::socket: return "socket";
  case file_type::block_device: return "block_device";
  case file_type::character_device: return "character_device";
  case file_type::unknown: break;
  }
  return "unknown";
}

std::optional<file_mode> parse_mode(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || text.find_first_not_of("01234567") != text.npos)
    return std::nullopt;
  file_mode mode;
  for (const char digit : text)
    mode.bits = mode.bits * 8 + (digit - '0');
  return mode.bits <= 07777 ? std::optional{mode} : std::nullopt;
}

std::string mode_text(std::uint32_t bits) { return fmt::format("{:04o}", bits); }

ordered_json to_json(const file_info& info) {
  ordered_json shown;
  put_bytes(shown, "path", info.path);
  shown["type"] = to_string(info.type);
  shown["size"] = info.size;
  shown["mode"] = mode_text(info.mode);
  shown["uid"] = info.uid;
  shown["gid"] = info.gid;
  shown["mtime"] = format_time(time_of(info.mtime_ns));
  shown["etag"] = replace_bad_utf8(info.etag);
  if (info.type == file_type::symlink)
    put_bytes(shown, "target", info.target);
  return shown;
}

ordered_json to_json(const file_result& result) {
  auto shown = to_json(result.info);
  shown["created"] = result.info.created;
  shown["session_created"] = result.session_created;
  return shown;
}

ordered_json to_json(const file_page& page) {
  ordered_json shown{{"items", ordered_json::array()}, {"next_cursor", nullptr}};
  if (!page.next_cursor.empty())
    shown["next_cursor"] = cursor_text(page.next_cursor);
  for (const auto& each : page.items)
    shown["items"].push_back(to_json(each));
  shown["unreadable"] = page.unreadable;
  return shown;
}

ordered_json to_json(const edited_file& edited) {
  auto shown = to_json(edited.info);
  shown["replaced"] = edited.replaced;
  shown["hunks"] = ordered_json::array();
  for (const auto& hunk : edited.hunks)
    shown["hunks"].push_back(
      {{"line", hunk.line}, {"removed", replace_bad_utf8(hunk.removed)}, {"added", replace_bad_utf8(hunk.added)}});
  return shown;
}

std::string cursor_text(std::string_view cursor) { return base64_encode(cursor); }

result<std::string> read_cursor(std::string_view text) {
  auto cursor = base64_decode(text);
  if (!cursor)
    return error{errc::invalid_argument, "cursor is none of this list", {{"field", "cursor"}}};
  return std::move(*cursor);
}

result<void> read_value(const std::string& path, const json& from, file_mode& into) {
  if (!from.is_string())
    return wrong_type(path, "a string of octal digits (\"0755\")", from);
  const auto mode = parse_mode(from.get_ref<const std::string&>());
  if (!mode)
    return error{errc::invalid_argument, path + ": expected octal digits up to \"7777\"", {{"field", path}}};
  into = *mode;
  return {};
}

ordered_json value_schema(const file_mode&, const char* what) {
  auto schema = text_schema(what);
  schema["pattern"] = "^[0-7]{1,5}$";
  return schema;
}

} // namespace strata
