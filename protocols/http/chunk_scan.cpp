// SPDX-License-Identifier: MIT
#include "protocols/http/chunk_scan.hpp"

#include <algorithm>

namespace strata {

namespace {

constexpr int max_digits = 16; // of 64 bits

int value_of(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

bool chunk_scan::look(std::string_view bytes) noexcept {
  while (at_ < bytes.size() && place_ != place::trailer) {
    if (place_ == place::data) {
      const auto here = std::min<std::uint64_t>(left_, bytes.size() - at_);
      at_ += static_cast<std::size_t>(here);
      left_ -= here;
      if (left_ == 0)
        place_ = place::data_cr;
    } else if (!take(bytes[at_++])) {
      return false;
    }
  }
  return true;
}

bool chunk_scan::take(char c) noexcept {
  switch (place_) {
  case place::size:
    if (const int value = value_of(c); value >= 0 && digits_ < max_digits) {
      left_ = left_ * 16 + static_cast<std::uint64_t>(value);
      ++digits_;
      return true;
    }
    place_ = c == '\r' ? place::line_end : place::extension;
    return digits_ > 0 && (c == '\r' || c == ';' || c == ' ' || c == '\t');
  case place::extension:
    if (c == '\r')
      place_ = place::line_end;
    return c != '\n';
  case place::line_end: place_ = left_ > 0 ? place::data : place::trailer; return c == '\n';
  case place::data_cr: place_ = place::data_lf; return c == '\r';
  case place::data_lf:
    place_ = place::size;
    digits_ = 0;
    return c == '\n';
  case place::data:
  case place::trailer: break;
  }
  return true;
}

} // namespace strata
