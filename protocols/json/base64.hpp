// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// RFC 4648 §4 with padding, no line breaks.
std::string base64_encode(std::string_view bytes);

/// Strict: the alphabet of §4, full padding, no blanks, unused bits zero. None otherwise.
std::optional<std::string> base64_decode(std::string_view text);

} // namespace strata
