// SPDX-License-Identifier: MIT
#include "config/socket_address.hpp"

#include "config/escaped.hpp"
#include "config/scalars.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <memory>
#include <netdb.h>
#include <optional>

namespace strata {

namespace {

bool has_ipv6_loopback() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0)
    return false;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all{first, ::freeifaddrs};
  for (const auto* each = first; each != nullptr; each = each->ifa_next)
    if (each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, each->ifa_addr, sizeof address);
      if (IN6_IS_ADDR_LOOPBACK(&address.sin6_addr))
        return true;
    }
  return false;
}

bool is_literal(const std::string& host) {
  in6_addr room;
  return ::inet_pton(AF_INET, host.c_str(), &room) == 1 || ::inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

result<std::vector<socket_address>> look_up(const socket_address& written) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  if (const int failure = ::getaddrinfo(written.host.c_str(), nullptr, &wish, &first); failure != 0)
    return error{errc::invalid_argument, fmt::format("resolve {}: {}", in_quotes(written.host), ::gai_strerror(failure))};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{first, ::freeaddrinfo};
  std::vector<socket_address> found;
  for (const auto* each = first; each != nullptr; each = each->ai_next) {
    char host[NI_MAXHOST];
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, host, sizeof host, nullptr, 0, NI_NUMERICHOST) == 0)
      found.push_back({host, written.port});
  }
  return found;
}

} // namespace

result<socket_address> parse_socket_address(std::string_view text) {
  const auto bad = [](std::string_view why) { return error{errc::invalid_argument, std::string{why}}; };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']'))
    return bad("has no port");
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2)
    host = host.substr(1, host.size() - 2);
  else if (host.find_first_of(":[]") != std::string_view::npos)
    return bad("has an IPv6 address without brackets");
  if (host.size() > 253 || std::any_of(host.begin(), host.end(), [](char c) { return c <= ' ' || c > '~' || c == '/'; }))
    return bad("has no valid host");
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port > 65535)
    return bad("has no port from 0 to 65535");
  return socket_address{std::string{host}, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const socket_address& address) {
  if (address.host.find(':') != std::string::npos)
    return fmt::format("[{}]:{}", address.host, address.port);
  return fmt::format("{}:{}", address.host, address.port);
}

bool is_loopback(const socket_address& resolved) {
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, resolved.host.c_str(), &v4) == 1)
    return (ntohl(v4.s_addr) >> 24) == 127;
  if (::inet_pton(AF_INET6, resolved.host.c_str(), &v6) != 1)
    return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

result<std::vector<socket_address>> resolve_addresses(const std::vector<socket_address>& written, bool anyone_may) {
  std::vector<socket_address> all;
  for (const auto& each : written) {
    std::vector<socket_address> found{{"127.0.0.1", each.port}, {"::1", each.port}};
    if (is_literal(each.host))
      found = {each};
    else {
      if (!each.host.empty()) {
        STRATA_TRY(found, look_up(each));
      }
      if (found.size() > 1 && !has_ipv6_loopback())
        std::erase(found, socket_address{"::1", each.port});
    }
    for (auto& address : found) {
      if (!anyone_may && !is_loopback(address))
        return error{errc::invalid_argument,
                     fmt::format("listen on {}: not a loopback address, and without API keys everybody who reaches it "
                                 "may run commands (add --allow-anonymous if that is what you want)",
                                 to_string(address))};
      if (std::find(all.begin(), all.end(), address) == all.end())
        all.push_back(std::move(address));
    }
  }
  return all;
}

} // namespace strata
