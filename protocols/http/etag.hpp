// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// An entity tag as it is in a header (RFC 9110 §8.8.3): "\"abc\"".
inline std::string quoted_etag(std::string_view etag) { return '"' + std::string{etag} + '"'; }

/// Those of If-Match or If-None-Match (RFC 9110 §13.1), without their quotes; "*" is itself. What is weak keeps its W/ and its quotes,
/// and so is equal to none of ours, which are strong; with `weakly` it loses them.
std::vector<std::string> parse_etags(std::string_view header, bool weakly = false);

} // namespace strata
