// SPDX-License-Identifier: MIT
#include "protocols/json/utf8.hpp"

#include <algorithm>

namespace strata {

namespace {

struct sequence {
  std::size_t length; ///< bytes of the well-formed sequence or of the ill-formed part
  bool good;
  bool unfinished; ///< ill-formed only because the text ends
};

unsigned char byte_at(std::string_view text, std::size_t i) noexcept { return static_cast<unsigned char>(text[i]); }

/// Looks at the sequence at the beginning of a text that is not empty.
sequence next_sequence(std::string_view text) noexcept {
  auto lead = byte_at(text, 0);
  if (lead < 0x80)
    return {1, true, false};
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead == 0xe0)
      low = 0xa0;
    if (lead == 0xed)
      high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead == 0xf0)
      low = 0x90;
    if (lead == 0xf4)
      high = 0x8f;
  } else {
    return {1, false, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size())
      return {i, false, true};
    if (byte_at(text, i) < low || byte_at(text, i) > high)
      return {i, false, false};
    low = 0x80;
    high = 0xbf;
  }
  return {length, true, false};
}

/// Length of the plain ASCII at the beginning: most output is nothing else.
std::size_t ascii_run(std::string_view text) noexcept {
  auto end = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return static_cast<std::size_t>(end - text.begin());
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  while (true) {
    text.remove_prefix(ascii_run(text));
    if (text.empty())
      return true;
    auto next = next_sequence(text);
    if (!next.good)
      return false;
    text.remove_prefix(next.length);
  }
}

std::string replace_bad_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    auto run = ascii_run(text);
    clean.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty())
      break;
    auto next = next_sequence(text);
    clean.append(next.good ? text.substr(0, next.length) : std::string_view{"\xef\xbf\xbd"});
    text.remove_prefix(next.length);
  }
  return clean;
}

std::size_t cut_at_end(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    auto byte = byte_at(text, text.size() - back);
    if (byte >= 0xc0)
      return next_sequence(text.substr(text.size() - back)).unfinished ? back : 0;
    if (byte < 0x80)
      return 0;
  }
  return 0;
}

std::size_t cut_at_start(std::string_view text) noexcept {
  std::size_t rest = 0;
  while (rest < 3 && rest < text.size() && byte_at(text, rest) >= 0x80 && byte_at(text, rest) < 0xc0)
    ++rest;
  return rest;
}

} // namespace strata
