// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace strata {

/// One range of bytes (RFC 9110 §14.1.2).
struct byte_range {
  std::int64_t offset = 0;            ///< negative: before the end
  std::optional<std::int64_t> length; ///< absent: to the end

  bool operator==(const byte_range&) const = default;
};

/// Nothing for a header that is absent, malformed, of another unit or of several ranges: then all is sent (§14.2).
std::optional<byte_range> parse_range(std::string_view header) noexcept;

} // namespace strata
