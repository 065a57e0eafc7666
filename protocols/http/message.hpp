// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/body_stream.hpp"
#include "protocols/http/upgraded.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

class file_in_place;

using header_list = std::vector<std::pair<std::string, std::string>>;

/// One request, read completely and within its bounds. Everything in it is the client's word.
struct http_request {
  std::string method;    ///< a token, as sent (case-sensitive, RFC 9110 §9.1)
  std::string target;    ///< as sent, not decoded
  header_list headers;   ///< names in lower case, values without surrounding blanks
  std::string body;      ///< transfer coding removed
  std::string peer;      ///< address and port of the client
  unsigned version = 11; ///< 10 or 11

  /// The first header of that (lower-case) name; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers)
      if (key == name)
        return value;
    return {};
  }
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept {
    std::size_t found = 0;
    for (const auto& [key, value] : headers)
      found += key == name;
    return found;
  }
};

/// One answer. The connection adds Date, Server, Content-Length and Connection.
struct http_response {
  int status = 200;
  std::string content_type = "application/json"; ///< empty: none (204)
  header_list headers;                           ///< a value with a control character is left out: nothing can split an answer
  std::string body;
  std::shared_ptr<body_stream> stream; ///< instead of `body`
  std::shared_ptr<file_in_place> file; ///< instead of both: `length` bytes of it
  std::int64_t file_offset = 0;        ///< of the first of them
  std::shared_ptr<void> lease;         ///< held as long as the file is read
  std::optional<std::uint64_t> length; ///< of the stream's body, where it is known; of what GET would give, in an answer to HEAD
  bool may_be_kept = false;            ///< a cache may keep it, if it asks whether it is still so
  strata::upgrade upgrade;             ///< instead of an answer: who it is speaks to the client from now on
};

/// The reason phrase of a status that this server sends, e.g. "Not Found".
std::string_view reason_phrase(int status) noexcept;

/// How the end of a body is known (RFC 9112 §6.3).
enum class body_framing { length, chunked, until_close };

/// The bytes before the body: status line, headers, empty line. `length` is that of the body, also for HEAD, where it is
/// known beforehand.
std::string render_head(const http_response& response, body_framing framing, std::uint64_t length, bool keep_alive);

} // namespace strata
