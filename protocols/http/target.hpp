// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

using query_list = std::vector<std::pair<std::string, std::string>>;

/// A request target taken apart but not decoded: "/a/b%2Fc?x=1" → "/a/b%2Fc", "x=1". The absolute form loses its scheme
/// and authority (RFC 9112 §3.2.2). Views into the argument.
struct target_parts {
  std::string_view path;
  std::string_view query;
};
target_parts split_target(std::string_view target) noexcept;

/// Decodes %XX once (RFC 3986 §2.1); nothing else is special. None for a broken escape.
std::optional<std::string> percent_decode(std::string_view text);

/// Encodes everything but unreserved characters (RFC 3986 §2.3), so that the result is one path segment.
std::string percent_encode(std::string_view text);

/// "a=1&b=x%20y+z" decoded as a form does: + is a blank, a name without = has an empty value. `invalid_argument` for
/// a broken escape, text that is no UTF-8, or more than 100 parameters.
result<query_list> parse_query(std::string_view query);

} // namespace strata
