// SPDX-License-Identifier: MIT
#include "bench/abuse/abuses.hpp"

#include "isolation/unique_fd.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

namespace strata::bench {

namespace {

using namespace std::chrono_literals;

unique_fd connect_to(std::uint16_t port) {
  unique_fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return unique_fd{};
  return socket;
}

void send_all(const unique_fd& socket, std::string_view text) {
  (void)!::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

// 200 connections, each a byte every 50 ms; whoever is hung up on comes again.
void drip(std::uint16_t port, const std::stop_token& stop, std::string_view begun, char byte) {
  std::vector<unique_fd> held(200);
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
    for (auto& socket : held) {
      if (socket && ::send(socket.get(), &byte, 1, MSG_NOSIGNAL) == 1)
        continue;
      socket = connect_to(port);
      if (socket)
        send_all(socket, begun);
    }
    std::this_thread::sleep_for(50ms);
  }
}

abuse slow(std::string name, std::string begun, char byte) {
  return {std::move(name), {}, [begun = std::move(begun), byte](std::uint16_t port, const std::stop_token& stop) {
            drip(port, stop, begun, byte);
          }};
}

void hold_connections(std::uint16_t port, const std::stop_token& stop) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<unique_fd> held;
  while (!stop.stop_requested() && held.size() < 5000)
    held.push_back(connect_to(port));
  while (!stop.stop_requested())
    std::this_thread::sleep_for(20ms);
}

// Each of them is refused; a log that wrote a line for each at once would hold the server up.
void flood_with_nonsense(std::uint16_t port, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end)
    if (const auto socket = connect_to(port))
      send_all(socket, "GET /%zz HTTP/9.9\r\nNonsense\r\n\r\n");
}

} // namespace

std::vector<abuse> client_abuses() {
  return {
    {"log flood (malformed requests)", {}, flood_with_nonsense},
    slow("slowloris, HTTP header", "GET /healthz HTTP/1.1\r\nX: ", 'a'),
    slow("slowloris, HTTP body", "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n", ' '),
    slow("slowloris, MCP",
         "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", ' '),
    slow("slowloris, WebSocket", "GET /api/ws/bench/quiet/shell HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nX: ", 'a'),
    slow("slowloris, gRPC", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", '\0'),
    {"5,000 connections", {}, hold_connections},
  };
}

} // namespace strata::bench
