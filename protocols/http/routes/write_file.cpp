// SPDX-License-Identifier: MIT
// PUT and POST S/files?path=: the body goes into the file as it comes.
#include "protocols/http/etag.hpp"
#include "protocols/http/routes/body_upload.hpp"
#include "protocols/http/routes/file_place.hpp"
#include "protocols/json/file_json.hpp"

namespace strata {

namespace {

result<write_file> decode_write(const exchange& asked, bool append) {
  write_file operation;
  STRATA_CHECK(read_path(asked, operation));
  operation.append = append;
  if (const auto* mode = find_parameter(asked.query, "mode")) {
    STRATA_CHECK(read_value("mode", json(*mode), operation.mode));
  }
  STRATA_TRY(operation.parents, read_flag(asked.query, "parents"));
  if (const auto* create = find_parameter(asked.query, "create"))
    operation.create = *create;
  operation.if_match = parse_etags(asked.request.header("if-match"));
  const auto unwanted = asked.request.header("if-none-match");
  if (!unwanted.empty() && unwanted != "*")
    return error{
      errc::invalid_argument, "If-None-Match: a file is written only with *, or without it", {{"field", "If-None-Match"}}};
  operation.must_be_new = !unwanted.empty();
  if (!asked.request.header("content-range").empty()) // RFC 9110 §14.4: else a part would pass for the whole
    return error{errc::invalid_argument, "Content-Range: a part of a file cannot be written", {{"field", "Content-Range"}}};
  return operation;
}

void tell(exchange& to, const file_info& info, bool session_created) {
  to.answer_headers.emplace_back("ETag", quoted_etag(info.etag));
  to.answer(to_json(file_result{info, session_created, {}}), info.created ? 201 : 200);
}

void refuse(exchange& to, error why) {
  // RFC 9110 §13.1.2: a condition that does not hold is a 412.
  if (why.code == errc::file_exists && !to.request.header("if-none-match").empty())
    why.code = errc::etag_mismatch;
  to.fail(why);
}

void write(exchange& asked, bool append) {
  auto operation = decode_write(asked, append);
  if (!operation)
    return asked.fail(operation.error());
  asked.follow(std::move(*operation), [](exchange& to, result<file_upload> opened) {
    if (!to.is_open())
      return;
    if (!opened)
      return to.fail(opened.error());
    const auto upload = std::make_shared<file_upload>(std::move(*opened));
    carry_body<file_info>(to, upload->bytes, [upload](exchange& at, result<file_info> made) {
      made ? tell(at, *made, upload->session_created) : refuse(at, made.error());
    });
  });
}

} // namespace

void serve_write_file(exchange& asked) { write(asked, false); }

void serve_append_to_file(exchange& asked) { write(asked, true); }

} // namespace strata
