// SPDX-License-Identifier: MIT
// The tool file_read.
#include "protocols/json/base64.hpp"
#include "protocols/json/utf8.hpp"
#include "protocols/mcp/media_type.hpp"
#include "protocols/mcp/resource_uri.hpp"
#include "protocols/mcp/tools/files.hpp"
#include "protocols/mcp/tools/numbered_lines.hpp"
#include "protocols/mcp/tools/run.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t max_image_bytes = 1 << 20;
constexpr std::int64_t max_counted_bytes = 64 << 20; ///< to tell how many lines there are

struct reading_wish {
  read_file operation;
  std::int64_t offset_line = 1, limit_lines = 1000, max_bytes = 20'000;
};

result<void> check_between(const char* name, std::int64_t value, std::int64_t most) {
  if (value < 1 || value > most)
    return error{errc::invalid_argument, fmt::format("{} is not between 1 and {}", name, most), {{"field", name}}};
  return {};
}

result<reading_wish> decode_reading(const tool_call& call) {
  STRATA_CHECK(
    call.allow_only({"owner_id", "session_id", "uid", "sid", "path", "offset_line", "limit_lines", "max_bytes", "user"}));
  reading_wish wish;
  STRATA_TRY(wish.operation.session, session_of(call));
  STRATA_CHECK(call.read("path", wish.operation.path));
  STRATA_CHECK(call.read("user", wish.operation.user));
  STRATA_CHECK(call.read("offset_line", wish.offset_line));
  STRATA_CHECK(call.read("limit_lines", wish.limit_lines));
  STRATA_CHECK(call.read("max_bytes", wish.max_bytes));
  STRATA_CHECK(check_between("offset_line", wish.offset_line, 1LL << 40));
  STRATA_CHECK(check_between("limit_lines", wish.limit_lines, 100'000));
  STRATA_CHECK(check_between("max_bytes", wish.max_bytes, 100'000));
  return wish;
}

/// Reads as far as it must, on the strand of the call.
class file_reading : public std::enable_shared_from_this<file_reading> {
public:
  file_reading(std::shared_ptr<tool_call> call, const reading_wish& wish, file_content content)
    : call_{std::move(call)}, wish_{wish}, content_{std::move(content)}, lines_{wish.offset_line, wish.limit_lines,
                                                                                static_cast<std::size_t>(wish.max_bytes)} {}

  void go_on() {
    content_.bytes->next([self = shared_from_this()](result<std::string> piece) {
      boost::asio::post(self->call_->strand(),
                        [self, piece = std::move(piece)] { piece ? self->take(*piece) : self->call_->fail(piece.error()); });
    });
  }

private:
  void take(const std::string& piece) {
    if (read_ == 0 && !piece.empty()) {
      image_ = image_type(piece);
      binary_ = !image_.empty() || !is_text(piece);
    }
    read_ += static_cast<std::int64_t>(piece.size());
    const bool shows_image = !image_.empty() && content_.info.size <= max_image_bytes && read_ <= max_image_bytes;
    if (binary_ && !shows_image)
      return tell_binary();
    if (piece.empty())
      return binary_ ? tell_image() : tell_text(true);
    if (binary_)
      bytes_ += piece;
    else
      lines_.add(piece);
    if (!binary_ && read_ > max_counted_bytes)
      return tell_text(false);
    go_on();
  }

  ordered_json about() const {
    return {{"path", replace_bad_utf8(content_.info.path)}, {"size", content_.info.size}, {"etag", content_.info.etag}};
  }
  void tell_text(bool whole) {
    auto shown = about();
    const auto text = replace_bad_utf8(lines_.text());
    const bool cut = lines_.is_cut() || !whole;
    shown["text"] = text;
    shown["first_line"] = wish_.offset_line;
    shown["last_line"] = lines_.last();
    shown["total_lines"] = whole ? ordered_json(lines_.total()) : ordered_json(nullptr);
    shown["cut"] = cut;
    std::vector<std::string> texts{text.empty() ? "(no lines)" : text};
    if (cut)
      texts.push_back(fmt::format("[lines {} to {} of {}; go on with offset_line={}]", wish_.offset_line, lines_.last(),
                                  whole ? std::to_string(lines_.total()) : "more", lines_.last() + 1));
    call_->succeed(std::move(shown), texts);
  }
  void tell_image() {
    auto shown = about();
    shown["media_type"] = image_;
    auto content = ordered_json::array();
    content.push_back({{"type", "image"}, {"data", base64_encode(bytes_)}, {"mimeType", image_}});
    call_->succeed_with(std::move(shown), std::move(content));
  }
  void tell_binary() {
    auto shown = about();
    shown["media_type"] = image_.empty() ? "application/octet-stream" : image_;
    auto content = ordered_json::array();
    content.push_back(
      {{"type", "text"},
       {"text", fmt::format("[{} bytes that are no text; a command such as `file` or `xxd` tells more]", content_.info.size)}});
    content.push_back(resource_link(file_uri(wish_.operation.session.key, content_.info.path),
                                    replace_bad_utf8(content_.info.path), shown["media_type"].get<std::string>(),
                                    content_.info.size));
    call_->succeed_with(std::move(shown), std::move(content));
  }

  const std::shared_ptr<tool_call> call_;
  const reading_wish wish_;
  const file_content content_;
  numbered_lines lines_;
  std::int64_t read_ = 0;
  std::string_view image_;
  bool binary_ = false;
  std::string bytes_;
};

} // namespace

void run_file_read(std::shared_ptr<tool_call> call) {
  auto wish = decode_reading(*call);
  if (!wish)
    return call->fail(wish.error());
  call->run(wish->operation,
            std::function<void(tool_call&, result<file_content>)>{[wish = *wish](tool_call& to, result<file_content> content) {
              if (!content)
                return to.fail(content.error());
              std::make_shared<file_reading>(to.shared_from_this(), wish, std::move(*content))->go_on();
            }});
}

} // namespace strata
