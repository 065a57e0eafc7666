// SPDX-License-Identifier: MIT
#include "tests/support/ws_client.hpp"

#include <nlohmann/json.hpp>

namespace strata::test {

namespace {
constexpr std::chrono::seconds patience{60};
}

template <class Start> boost::system::error_code ws_client::await(Start start) {
  std::optional<boost::system::error_code> done;
  boost::beast::get_lowest_layer(ws_).expires_after(patience);
  start([&](boost::system::error_code problem, auto...) { done = problem; });
  io_.restart();
  while (!done && io_.run_one() > 0)
    ;
  return done.value_or(boost::asio::error::operation_aborted);
}

int ws_client::open(std::uint16_t port, const std::string& target, const headers& more) {
  namespace http = boost::beast::http;
  const boost::asio::ip::tcp::endpoint server{boost::asio::ip::address_v4::loopback(), port};
  if (await([&](auto done) { boost::beast::get_lowest_layer(ws_).async_connect(server, done); }))
    return 0;
  ws_.set_option(boost::beast::websocket::stream_base::decorator([&](boost::beast::websocket::request_type& request) {
    for (const auto& [name, value] : more)
      request.set(name, value);
  }));
  boost::beast::websocket::response_type answer;
  const auto problem = await([&](auto done) { ws_.async_handshake(answer, "localhost:" + std::to_string(port), target, done); });
  subprotocol_ = std::string{answer[http::field::sec_websocket_protocol]};
  return problem && answer.result() == http::status::switching_protocols ? -1 : static_cast<int>(answer.result_int());
}

bool ws_client::send(const std::string& data, bool text) {
  ws_.text(text);
  return !await([&](auto done) { ws_.async_write(boost::asio::buffer(data), done); });
}

std::optional<ws_client::message> ws_client::receive() {
  boost::beast::flat_buffer buffer;
  if (await([&](auto done) { ws_.async_read(buffer, done); })) {
    close_code_ = static_cast<int>(ws_.reason().code);
    close_reason_ = std::string{ws_.reason().reason.c_str()};
    return std::nullopt;
  }
  return message{ws_.got_text(), boost::beast::buffers_to_string(buffer.data())};
}

bool ws_client::sees(const std::string& text) {
  while (seen_.find(text) == seen_.npos) {
    auto next = receive();
    if (!next)
      return false;
    const auto json = next->text ? nlohmann::json::parse(next->data, nullptr, false) : nlohmann::json{};
    if (json.is_object() && json.value("type", "") == "output")
      seen_ += json.value("data", "");
    else
      seen_ += next->data;
  }
  seen_.erase(0, seen_.find(text) + text.size());
  return true;
}

void ws_client::close() {
  (void)await([&](auto done) { ws_.async_close(boost::beast::websocket::close_code::normal, done); });
}

void ws_client::drop() { boost::beast::get_lowest_layer(ws_).close(); }

} // namespace strata::test
