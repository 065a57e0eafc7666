// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::client {

/// Where a server speaks the Model Context Protocol, and what every request to it says.
struct mcp_endpoint {
  std::string host;   ///< name or address, an IPv6 one without brackets
  std::string port;   ///< decimal
  std::string target; ///< "/mcp/?names=seed"
  std::vector<std::pair<std::string, std::string>> headers{};

  /// "http://localhost:2280/mcp/", for messages.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string authority() const;
};

/// From "http://localhost:2280", with or without a path before /mcp/. An error names what is wrong with the text. Pure.
result<mcp_endpoint> read_endpoint(std::string_view api);

/// Adds a parameter to the target, percent-encoded (RFC 3986, section 2.1). Pure.
void add_parameter(mcp_endpoint& to, std::string_view name, std::string_view value);

} // namespace strata::client
