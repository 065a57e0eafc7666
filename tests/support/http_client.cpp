// SPDX-License-Identifier: MIT
#include "tests/support/http_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

namespace strata::test {

namespace {

constexpr std::size_t longest_answer = 128 << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

http_answer parse_head(std::string_view head) {
  http_answer answer;
  if (!head.starts_with("HTTP/1.") || head.size() < 12)
    throw std::runtime_error{fmt::format("not an HTTP answer: {}", head.substr(0, 200))};
  answer.status = std::stoi(std::string{head.substr(9, 3)});
  for (auto at = head.find("\r\n"); at != head.npos && at + 2 < head.size();) {
    auto end = head.find("\r\n", at + 2);
    auto line = head.substr(at + 2, end == head.npos ? head.npos : end - at - 2);
    auto colon = line.find(':');
    if (colon != line.npos) {
      auto value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      answer.headers.emplace(lower(std::string{line.substr(0, colon)}), std::string{value});
    }
    at = end;
  }
  return answer;
}

} // namespace

nlohmann::json http_answer::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded())
    throw std::runtime_error{fmt::format("answer {} is not JSON: {}", status, body.substr(0, 500))};
  return parsed;
}

http_client::http_client(std::uint16_t port, std::chrono::milliseconds patience)
  : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, patience_{patience} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error{fmt::format("connect to port {}: errno {}", port, errno)};
}

http_answer http_client::call(std::string_view method, std::string_view target, std::string_view body,
                              const http_headers& headers) {
  send(method, target, body, headers);
  return receive(method == "HEAD");
}

void http_client::send(std::string_view method, std::string_view target, std::string_view body, const http_headers& headers) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, target);
  const auto given = [&](std::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return lower(header.first) == name; });
  };
  if (!given("host"))
    text += "Host: localhost\r\n";
  if (!given("content-length") && !given("transfer-encoding"))
    text += fmt::format("Content-Length: {}\r\n", body.size());
  for (const auto& [name, value] : headers)
    text += fmt::format("{}: {}\r\n", name, value);
  send_raw(text.append("\r\n").append(body));
}

http_answer http_client::receive(bool to_head) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos)
    read_more();
  auto answer = parse_head(std::string_view{buffer_}.substr(0, end));
  buffer_.erase(0, end + 4);
  if (answer.status == 100)
    return receive(to_head);
  auto length = answer.headers.find("content-length");
  if (to_head || answer.status == 204 || answer.status == 304)
    return answer;
  if (length == answer.headers.end())
    throw std::runtime_error{fmt::format("answer {} has no Content-Length", answer.status)};
  auto size = std::stoul(length->second);
  while (buffer_.size() < size)
    read_more();
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

void http_client::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return; // the peer may have answered and hung up before it read all: what it said can still be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool http_client::is_closed_by_peer() {
  try {
    read_more();
  } catch (const std::runtime_error& ended) {
    return std::string_view{ended.what()}.starts_with("server hung up");
  }
  return false;
}

void http_client::end_of_input() { ::shutdown(socket_.get(), SHUT_WR); }

void http_client::read_more() {
  pollfd readable{socket_.get(), POLLIN, 0};
  if (::poll(&readable, 1, static_cast<int>(patience_.count())) <= 0)
    throw std::runtime_error{"no answer in time"};
  char chunk[65536];
  auto got = ::recv(socket_.get(), chunk, sizeof chunk, 0);
  if (got == 0)
    throw std::runtime_error{"server hung up"};
  if (got < 0)
    throw std::runtime_error{fmt::format("server hung up: {}", std::strerror(errno))};
  buffer_.append(chunk, static_cast<std::size_t>(got));
  if (buffer_.size() > longest_answer)
    throw std::runtime_error{"answer is too long"};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '~')
      out += static_cast<char>(c);
    else
      out += fmt::format("%{:02X}", c); // the dot too: "." and ".." must not look like path steps
  }
  return out;
}

} // namespace strata::test
