// SPDX-License-Identifier: MIT
// GET and HEAD S/files?path=
#include "protocols/http/byte_range.hpp"
#include "protocols/http/etag.hpp"
#include "protocols/http/routes/file_download.hpp"
#include "protocols/http/routes/file_place.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

bool is_in(const std::vector<std::string>& etags, const std::string& etag) {
  return std::any_of(etags.begin(), etags.end(), [&](const auto& each) { return each == etag || each == "*"; });
}

void send(exchange& to, file_content content, bool in_part) {
  http_response response;
  response.content_type = "application/octet-stream";
  response.may_be_kept = true;
  response.headers = {{"ETag", quoted_etag(content.info.etag)}, {"Accept-Ranges", "bytes"}};
  const auto unwanted = parse_etags(to.request.header("if-none-match"), true);
  if (is_in(unwanted, content.info.etag)) {
    response.status = 304;
    response.content_type.clear();
    return to.answer(std::move(response));
  }
  if (in_part && content.length > 0) {
    response.status = 206;
    response.headers.emplace_back(
      "Content-Range", fmt::format("bytes {}-{}/{}", content.offset, content.offset + content.length - 1, content.info.size));
  }
  response.length = static_cast<std::uint64_t>(content.length);
  response.file = std::move(content.file);
  response.file_offset = content.offset;
  if (to.request.method != "HEAD" && !response.file)
    response.stream =
      std::make_shared<file_download>(to.strand(), std::move(content.bytes), content.length, std::move(content.lease));
  response.lease = std::move(content.lease);
  to.answer(std::move(response));
}

/// `refused`: why the range was; the file is opened again to tell its length (RFC 9110 §15.5.17), or for If-Range to pass the range over.
void read(exchange& asked, std::optional<byte_range> range, std::optional<error> refused = {}) {
  read_file operation;
  if (auto placed = read_path(asked, operation); !placed)
    return asked.fail(placed.error());
  if (range) {
    operation.offset = range->offset;
    operation.length = range->length;
  }
  operation.in_place = asked.request.method != "HEAD";
  asked.follow(std::move(operation), [range, refused = std::move(refused)](exchange& to, result<file_content> content) {
    if (!to.is_open())
      return;
    if (!content)
      return range && content.error().code == errc::offset_out_of_range ? read(to, std::nullopt, content.error())
                                                                        : to.fail(content.error());
    const auto only_of = to.request.header("if-range"); // RFC 9110 §13.1.5; a date is of none
    const bool of_another = !only_of.empty() && only_of != quoted_etag(content->info.etag);
    if (range && of_another)
      return read(to, std::nullopt);
    if (refused && !of_another) {
      to.answer_headers.emplace_back("Content-Range", fmt::format("bytes */{}", content->info.size));
      return to.fail(*refused);
    }
    send(to, std::move(*content), range.has_value());
  });
}

} // namespace

void serve_read_file(exchange& asked) { read(asked, parse_range(asked.request.header("range"))); }

} // namespace strata
