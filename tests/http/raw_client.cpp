// SPDX-License-Identifier: MIT
#include "tests/http/raw_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

namespace strata::test {

raw_client::raw_client(std::uint16_t port, int receive_buffer) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  if (receive_buffer > 0)
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  timeval patience{20, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error{"connect to the server failed"};
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool raw_client::read_more() {
  char piece[65536];
  auto got = ::recv(socket_.get(), piece, sizeof piece, 0);
  if (got <= 0)
    return false;
  unread_.append(piece, static_cast<std::size_t>(got));
  return true;
}

raw_response raw_client::receive(bool head_only) {
  raw_response response;
  std::size_t end;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos)
    if (!read_more())
      return response;
  response.head = unread_.substr(0, end + 2);
  unread_.erase(0, end + 4);
  if (response.head.size() < 12)
    return response;
  for (auto at = response.head.find("\r\n") + 2; at < response.head.size();) {
    auto line = response.head.substr(at, response.head.find("\r\n", at) - at);
    at += line.size() + 2;
    auto colon = line.find(": ");
    auto name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[name] = colon == line.npos ? "" : line.substr(colon + 2);
  }
  const auto length = head_only || !response.headers.count("content-length") ? 0 : std::stoul(response.headers["content-length"]);
  while (unread_.size() < length)
    if (!read_more())
      return response;
  response.body = unread_.substr(0, length);
  unread_.erase(0, length);
  response.status = std::stoi(response.head.substr(9, 3));
  return response;
}

std::string raw_client::receive_rest(bool& ended) {
  char piece[65536];
  ssize_t got;
  while ((got = ::recv(socket_.get(), piece, sizeof piece, 0)) > 0)
    unread_.append(piece, static_cast<std::size_t>(got));
  ended = got == 0 || errno == ECONNRESET;
  return std::exchange(unread_, {});
}

void raw_client::end_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void raw_client::reset() {
  linger hard{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  socket_.reset();
}

std::string request_text(std::string_view method, std::string_view target, std::string_view body, std::string_view headers) {
  auto length = body.empty() ? std::string{} : fmt::format("Content-Length: {}\r\n", body.size());
  return fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}{}\r\n{}", method, target, headers, length, body);
}

} // namespace strata::test
