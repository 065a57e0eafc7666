// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/download_call.hpp"
#include "protocols/grpc/file_messages.hpp"
#include "protocols/grpc/upload_call.hpp"

namespace strata {

/// What the calls of FileService that carry bytes are made of.

struct file_reading {
  using Response = v1::ReadResponse;
  using Operation = read_file;
  using Content = file_content;
  static Response opened(const Content& content) {
    Response first;
    encode(content, first);
    return first;
  }
  static std::optional<std::int64_t> length(const Content& content) { return content.length; }
};

struct archive_reading {
  using Response = v1::ReadArchiveResponse;
  using Operation = read_archive;
  using Content = archive_content;
  static Response opened(const Content&) { return {}; }
  static std::optional<std::int64_t> length(const Content&) { return std::nullopt; }
};

struct file_writing {
  using Request = v1::WriteRequest;
  using Response = v1::WriteResponse;
  using Upload = file_upload;
  using Made = file_info;
  static result<write_file> operation(const Request::Open& open) { return operation_of(open); }
  static void encode(const Upload& upload, const Made& made, Response& into) {
    strata::encode(made, *into.mutable_file());
    into.set_created(made.created);
    into.set_session_created(upload.session_created);
    into.set_session_uid(upload.session_uid);
  }
};

struct archive_writing {
  using Request = v1::WriteArchiveRequest;
  using Response = v1::WriteArchiveResponse;
  using Upload = archive_upload;
  using Made = unpacked_archive;
  static result<write_archive> operation(const Request::Open& open) { return operation_of(open); }
  static void encode(const Upload& upload, const Made& made, Response& into) {
    into.set_files(made.files);
    into.set_bytes(made.bytes);
    into.set_skipped(made.skipped);
    into.set_session_created(upload.session_created);
    into.set_session_uid(upload.session_uid);
  }
};

} // namespace strata
