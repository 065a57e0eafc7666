// SPDX-License-Identifier: MIT
#include "protocols/http/message.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <iterator>

namespace strata {

namespace {

constexpr std::array<std::pair<int, std::string_view>, 28> phrases{{
  {101, "Switching Protocols"},
  {200, "OK"},
  {201, "Created"},
  {202, "Accepted"},
  {204, "No Content"},
  {206, "Partial Content"},
  {304, "Not Modified"},
  {400, "Bad Request"},
  {401, "Unauthorized"},
  {403, "Forbidden"},
  {404, "Not Found"},
  {405, "Method Not Allowed"},
  {408, "Request Timeout"},
  {409, "Conflict"},
  {412, "Precondition Failed"},
  {413, "Content Too Large"},
  {416, "Range Not Satisfiable"},
  {417, "Expectation Failed"},
  {422, "Unprocessable Content"},
  {426, "Upgrade Required"},
  {429, "Too Many Requests"},
  {431, "Request Header Fields Too Large"},
  {500, "Internal Server Error"},
  {501, "Not Implemented"},
  {502, "Bad Gateway"},
  {503, "Service Unavailable"},
  {505, "HTTP Version Not Supported"},
  {507, "Insufficient Storage"},
}};

bool is_safe(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

/// RFC 9110 §5.6.7. Built by hand: strftime would follow the process's locale.
std::string http_date(std::time_t now) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm t{};
  ::gmtime_r(&now, &t);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                     months[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

} // namespace

std::string_view reason_phrase(int status) noexcept {
  for (const auto& [code, phrase] : phrases)
    if (code == status)
      return phrase;
  return "Unknown";
}

std::string render_head(const http_response& response, body_framing framing, std::uint64_t length, bool keep_alive) {
  std::string head;
  head.reserve(512);
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: strata\r\n", response.status, reason_phrase(response.status),
                 http_date(std::time(nullptr)));
  if (!response.content_type.empty())
    fmt::format_to(out, "Content-Type: {}\r\nX-Content-Type-Options: nosniff\r\n", response.content_type);
  if (!response.content_type.empty() || response.may_be_kept)
    fmt::format_to(out, "Cache-Control: {}\r\n", response.may_be_kept ? "no-cache" : "no-store");
  if (framing == body_framing::chunked)
    head += "Transfer-Encoding: chunked\r\n";
  else if (framing == body_framing::length && response.status != 204 && response.status != 304) // RFC 9110 §8.6
    fmt::format_to(out, "Content-Length: {}\r\n", length);
  for (const auto& [name, value] : response.headers)
    if (is_safe(value))
      fmt::format_to(out, "{}: {}\r\n", name, value);
  fmt::format_to(out, "Connection: {}\r\n\r\n", keep_alive ? "keep-alive" : "close");
  return head;
}

} // namespace strata
