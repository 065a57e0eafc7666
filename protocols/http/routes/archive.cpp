// SPDX-License-Identifier: MIT
// GET and PUT S/archive?path=: a tree as tar, tar.gz or zip, as it comes.
#include "protocols/http/routes/body_upload.hpp"
#include "protocols/http/routes/file_download.hpp"
#include "protocols/http/routes/file_place.hpp"
#include "protocols/json/file_json.hpp"

namespace strata {

namespace {

std::string media_type(archive_format format) {
  switch (format) {
  case archive_format::tar: return "application/x-tar";
  case archive_format::tar_gz: return "application/gzip";
  case archive_format::zip: return "application/zip";
  }
  return "application/octet-stream";
}

result<read_archive> decode_read(const exchange& asked) {
  read_archive operation;
  STRATA_CHECK(read_path(asked, operation));
  if (const auto* format = find_parameter(asked.query, "format")) {
    const auto known = parse_archive_format(*format);
    if (!known)
      return error{errc::invalid_argument, "format is none of tar, tar.gz and zip", {{"field", "format"}}};
    operation.format = *known;
  }
  return operation;
}

result<write_archive> decode_write(const exchange& asked) {
  write_archive operation;
  STRATA_CHECK(read_path(asked, operation));
  if (const auto* links = find_parameter(asked.query, "links")) {
    if (*links != "inside" && *links != "any")
      return error{errc::invalid_argument, "links is neither inside nor any", {{"field", "links"}}};
    operation.any_links = *links == "any";
  }
  if (const auto* create = find_parameter(asked.query, "create"))
    operation.create = *create;
  return operation;
}

} // namespace

void serve_read_archive(exchange& asked) {
  auto operation = decode_read(asked);
  if (!operation)
    return asked.fail(operation.error());
  const auto format = operation->format;
  asked.follow(std::move(*operation), [format](exchange& to, result<archive_content> content) {
    if (!to.is_open())
      return;
    if (!content)
      return to.fail(content.error());
    http_response response;
    response.content_type = media_type(format);
    response.stream =
      std::make_shared<file_download>(to.strand(), std::move(content->bytes), std::nullopt, std::move(content->lease));
    to.answer(std::move(response));
  });
}

void serve_write_archive(exchange& asked) {
  auto operation = decode_write(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.follow(std::move(*operation), [](exchange& to, result<archive_upload> opened) {
    if (!to.is_open())
      return;
    if (!opened)
      return to.fail(opened.error());
    const auto upload = std::make_shared<archive_upload>(std::move(*opened));
    carry_body<unpacked_archive>(to, upload->bytes, [upload](exchange& at, result<unpacked_archive> made) {
      made ? at.answer(to_json(*made, upload->session_created)) : at.fail(made.error());
    });
  });
}

} // namespace strata
