// SPDX-License-Identifier: MIT
#include "cli/mcp/endpoint.hpp"

#include "config/escaped.hpp"

#include <boost/url.hpp>
#include <fmt/format.h>

namespace strata::client {

std::string mcp_endpoint::authority() const {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string mcp_endpoint::url() const { return "http://" + authority() + target.substr(0, target.find('?')); }

result<mcp_endpoint> read_endpoint(std::string_view api) {
  const auto bad = [&](std::string_view why) {
    return error{errc::invalid_argument, fmt::format("STRATA_API {}: {}", in_quotes(api), why)};
  };
  const auto read = boost::urls::parse_uri(api);
  if (!read)
    return bad("is no URL such as http://localhost:2280");
  if (read->scheme() != "http")
    return bad("only http is spoken");
  if (read->has_userinfo() || read->has_query() || read->has_fragment())
    return bad("expected http://HOST:PORT and a path at most");
  std::string host = read->host_address();
  if (host.empty())
    return bad("has no host");
  std::string path{std::string_view{read->encoded_path()}};
  while (path.ends_with('/'))
    path.pop_back();
  return mcp_endpoint{std::move(host), read->has_port() ? std::string{read->port()} : "80", path + "/mcp/"};
}

void add_parameter(mcp_endpoint& to, std::string_view name, std::string_view value) {
  to.target += to.target.find('?') == std::string::npos ? '?' : '&';
  to.target += name;
  to.target += '=' + boost::urls::encode(value, boost::urls::unreserved_chars);
}

} // namespace strata::client
