// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace strata {

/// What a client begins with that speaks HTTP/2 without asking (RFC 9113 §3.4).
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class preface_verdict { other, more, http2 };

/// What the first bytes of a connection say: HTTP/2, something else, or too little yet.
constexpr preface_verdict judge_preface(std::string_view begin) {
  const auto size = std::min(begin.size(), http2_preface.size());
  if (begin.substr(0, size) != http2_preface.substr(0, size))
    return preface_verdict::other;
  return size == http2_preface.size() ? preface_verdict::http2 : preface_verdict::more;
}

} // namespace strata
