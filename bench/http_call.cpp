// SPDX-License-Identifier: MIT
#include "bench/http_call.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

namespace strata::bench {

http_connection::http_connection(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error{"connect to the server failed"};
}

void http_connection::send(std::string_view method, std::string_view target, std::string_view body, std::string_view headers) {
  auto request = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}Content-Length: {}\r\n\r\n{}", method, target, headers,
                             body.size(), body);
  if (::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    throw std::runtime_error{"send failed"};
}

std::string http_connection::header(std::string_view name) const {
  const auto before = fmt::format("\r\n{}: ", name);
  const auto at = buffer_.find(before);
  if (at == std::string::npos || at > head_)
    return {};
  const auto from = at + before.size();
  return buffer_.substr(from, buffer_.find("\r\n", from) - from);
}

std::string http_connection::call(std::string_view method, std::string_view target, std::string_view body,
                                  std::string_view headers) {
  send(method, target, body, headers);
  buffer_.clear();
  std::size_t whole = std::string::npos, head = 0;
  while (buffer_.size() < whole) {
    char chunk[65536];
    auto got = ::recv(socket_.get(), chunk, sizeof chunk, 0);
    if (got <= 0)
      throw std::runtime_error{"server hung up"};
    buffer_.append(chunk, static_cast<std::size_t>(got));
    if (whole != std::string::npos || (head = buffer_.find("\r\n\r\n")) == std::string::npos)
      continue;
    auto length = buffer_.find("Content-Length: ");
    head += 4;
    whole = head + (length == std::string::npos || length > head ? 0 : std::stoul(buffer_.substr(length + 16)));
  }
  if (buffer_.size() < 12 || buffer_[9] >= '4')
    throw std::runtime_error{fmt::format("{} {}: {}", method, target, buffer_)};
  head_ = head;
  return buffer_.substr(head);
}

} // namespace strata::bench
