// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/utf8.hpp"

#include <string_view>

namespace strata {

/// What bytes are, by their beginning.

/// Empty: no image that clients show.
inline std::string_view image_type(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv))
    return "image/png";
  if (head.starts_with("\xff\xd8\xff"sv))
    return "image/jpeg";
  if (head.starts_with("GIF87a"sv) || head.starts_with("GIF89a"sv))
    return "image/gif";
  return head.starts_with("RIFF"sv) && head.size() > 11 && head.substr(8, 4) == "WEBP"sv ? "image/webp" : "";
}

inline bool is_text(std::string_view head) {
  return head.find('\0') == head.npos && is_utf8(head.substr(0, head.size() - cut_at_end(head)));
}

} // namespace strata
