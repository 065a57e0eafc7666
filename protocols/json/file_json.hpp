// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/archives.hpp"
#include "actors/operations/files.hpp"
#include "protocols/json/field_reader.hpp"
#include "protocols/json/schema.hpp"

namespace strata {

/// "file", "directory", "symlink", …
std::string_view to_string(file_type type) noexcept;

/// "0755" or "755": octal, at most 07777.
std::optional<file_mode> parse_mode(std::string_view text) noexcept;
/// "0755".
std::string mode_text(std::uint32_t bits);

/// Names may be any bytes: `path_b64` is there beside `path` when they are no UTF-8.
ordered_json to_json(const file_info& info);
ordered_json to_json(const file_result& result);
ordered_json to_json(const file_page& page);
ordered_json to_json(const edited_file& edited);

/// `name`, and `name_b64` beside it when the bytes are no UTF-8.
void put_bytes(ordered_json& into, const std::string& name, const std::string& bytes);

/// tar, tar.gz or zip.
std::optional<archive_format> parse_archive_format(std::string_view text) noexcept;
ordered_json to_json(const unpacked_archive& made, bool session_created);

/// A cursor of a list, which may be any bytes, as text, and back.
std::string cursor_text(std::string_view cursor);
result<std::string> read_cursor(std::string_view text);

// For read_fields() and fields_schema().
result<void> read_value(const std::string& path, const json& from, file_mode& into);
ordered_json value_schema(const file_mode& mode, const char* what);

/// The body of PATCH S/files, of POST S/files/mkdir, move, copy, symlink and edit, into everything but the session.
template <class Operation> result<Operation> read_file_request(std::string_view body) {
  Operation request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

} // namespace strata
