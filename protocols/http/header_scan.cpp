// SPDX-License-Identifier: MIT
#include "protocols/http/header_scan.hpp"

namespace strata {

namespace {

constexpr std::size_t max_leading = 8; // bytes of empty lines

bool is_text(char c) noexcept {
  auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

} // namespace

header_scan::verdict header_scan::look(std::string_view bytes) noexcept {
  for (; at_ < bytes.size(); ++at_) {
    const char c = bytes[at_];
    if (after_cr_ != (c == '\n'))
      return verdict::malformed;
    if (c == '\n') {
      after_cr_ = false;
      if (line_ == 0 && at_ != begin_ + 1) {
        ++at_;
        return verdict::complete;
      }
      if (line_ == 0) {
        begin_ = at_ + 1;
        if (begin_ > max_leading)
          return verdict::malformed;
      }
      line_ = 0;
    } else if (c == '\r') {
      after_cr_ = true;
    } else {
      if (!is_text(c) || (line_ == 0 && (c == ' ' || c == '\t')))
        return verdict::malformed;
      ++line_;
    }
  }
  return verdict::more;
}

} // namespace strata
