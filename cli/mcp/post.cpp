// SPDX-License-Identifier: MIT
#include "cli/mcp/post.hpp"

#include "cli/mcp/event_lines.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

namespace strata::client {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono_literals::operator""s;

constexpr std::size_t longest_answer = 64U << 20;

} // namespace

asio::awaitable<result<mcp_post::answer>> mcp_post::send(mcp_endpoint to, headers also, std::string body,
                                                         std::function<void(const std::string&)> take) {
  boost::system::error_code failure;
  const auto checked = [&failure] { return asio::redirect_error(asio::use_awaitable, failure); };
  const auto unreachable = [&] {
    return error{errc::overloaded,
                 fmt::format("connect to {}: {} (is `strata run` started there?)", to.url(), failure.message())};
  };
  const auto lost = [&] { return error{errc::session_lost, fmt::format("read answer of {}: {}", to.url(), failure.message())}; };
  asio::ip::tcp::resolver resolver{stream_.get_executor()};
  const auto found = co_await resolver.async_resolve(to.host, to.port, checked());
  if (failure)
    co_return unreachable();
  stream_.expires_after(10s);
  co_await stream_.async_connect(found, checked());
  if (failure)
    co_return unreachable();
  stream_.socket().set_option(asio::socket_base::keep_alive{true}, failure);
  stream_.expires_after(60s);
  http::request<http::string_body> request{http::verb::post, to.target, 11};
  request.set(http::field::host, to.authority());
  request.set(http::field::content_type, "application/json");
  request.set(http::field::accept, "application/json, text/event-stream");
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : to.headers)
    request.set(name, value);
  for (const auto& [name, value] : also)
    request.set(name, value);
  request.body() = std::move(body);
  request.prepare_payload();
  co_await http::async_write(stream_, request, checked());
  if (failure)
    co_return lost();

  stream_.expires_never();
  boost::beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  co_await http::async_read_header(stream_, buffer, parser, checked());
  if (failure)
    co_return lost();
  const auto& head = parser.get();
  answer got{static_cast<int>(head.result_int()),
             std::string{head["mcp-session-id"]},
             std::string_view{head[http::field::content_type]}.starts_with("application/json"),
             {}};
  const bool events = std::string_view{head[http::field::content_type]}.starts_with("text/event-stream");
  event_lines lines{longest_answer, std::move(take)};
  std::array<char, 16384> part{};
  while (!parser.is_done()) {
    parser.get().body().data = part.data();
    parser.get().body().size = part.size();
    co_await http::async_read_some(stream_, buffer, parser, checked());
    if (failure == http::error::need_buffer)
      failure = {};
    if (failure)
      co_return lost();
    const std::string_view bytes{part.data(), part.size() - parser.get().body().size};
    const bool fits = events ? lines.feed(bytes) : got.body.size() + bytes.size() <= longest_answer;
    if (!fits)
      co_return error{errc::too_large, fmt::format("read answer of {}: it is longer than {} bytes", to.url(), longest_answer)};
    if (!events)
      got.body += bytes;
  }
  co_return got;
}

} // namespace strata::client
