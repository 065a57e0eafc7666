// SPDX-License-Identifier: MIT
#include "protocols/http/origin_policy.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace strata {

namespace {

std::string lower(std::string_view text) {
  std::string copy{text};
  std::transform(copy.begin(), copy.end(), copy.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return copy;
}

bool is_port(std::string_view text) {
  return text.empty() || (text.size() <= 6 && text[0] == ':' && text.find_first_not_of("0123456789", 1) == text.npos);
}

bool is_address(const std::string& host) {
  boost::system::error_code failure;
  boost::asio::ip::make_address(host, failure);
  return !failure;
}

bool is_allowed_host(const std::string& host, const server_options& options) {
  if (host == "localhost" || host.ends_with(".localhost") || is_address(host))
    return true;
  return std::any_of(options.allowed_hosts.begin(), options.allowed_hosts.end(),
                     [&](const std::string& allowed) { return allowed == "*" || lower(allowed) == host; });
}

/// The authority of an absolute target; empty for "/path" and "*".
std::string_view authority_of(std::string_view target) {
  auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == target.npos)
    return {};
  auto rest = target.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

error refused(std::string message) { return error{errc::permission_denied, std::move(message)}; }

result<void> check_authority(std::string_view authority, const server_options& options) {
  auto host = host_of(authority);
  if (host.empty())
    return error{errc::invalid_argument, "read request: Host is no host name or address"};
  if (!is_allowed_host(host, options))
    return refused("Host " + host + " is not a name of this server (the operator can allow it)");
  return {};
}

} // namespace

std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    auto end = authority.find(']');
    if (end == authority.npos || !is_port(authority.substr(end + 1)))
      return {};
    auto host = std::string{authority.substr(1, end - 1)};
    return is_address(host) ? host : std::string{};
  }
  auto colon = std::min(authority.find(':'), authority.size());
  auto host = authority.substr(0, colon);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  if (!is_port(authority.substr(colon)) || host.size() > 253 || host.find_first_not_of(allowed) != host.npos)
    return {};
  if (host.ends_with('.'))
    host.remove_suffix(1);
  return lower(host);
}

result<void> check_host(const http_request& request, const server_options& options) {
  if (request.count("host") > 0 || request.version == 11)
    STRATA_CHECK(check_authority(request.header("host"), options));
  if (auto authority = authority_of(request.target); !authority.empty())
    STRATA_CHECK(check_authority(authority, options));
  return {};
}

result<std::string> check_origin(const http_request& request, const server_options& options) {
  if (request.count("origin") == 0)
    return std::string{};
  auto origin = lower(request.header("origin"));
  auto own = "://" + lower(request.header("host"));
  if (request.count("origin") == 1 && (origin == "http" + own || origin == "https" + own))
    return std::string{};
  const bool is_word = std::all_of(origin.begin(), origin.end(), [](char c) { return c > 0x20 && c < 0x7f; }); // it is sent back
  for (const auto& allowed : options.allowed_origins)
    if (request.count("origin") == 1 && is_word && !origin.empty() && (allowed == "*" || lower(allowed) == origin))
      return std::string{request.header("origin")};
  return refused("pages of this Origin may not call this server (the operator can allow it)");
}

} // namespace strata
