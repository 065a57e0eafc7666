// SPDX-License-Identifier: MIT
#include "cli/client/detach_keys.hpp"

#include "config/escaped.hpp"

#include <fmt/format.h>

namespace strata::client {

result<detach_keys> detach_keys::parse(std::string_view text) {
  detach_keys keys;
  const auto whole = text;
  while (!text.empty()) {
    const auto comma = text.find(',', 1); // a first comma is a key
    auto name = text.substr(0, comma);
    text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
    if (name.starts_with("ctrl-") && name.size() == 6
        && ((name[5] >= '@' && name[5] <= '_') || (name[5] >= 'a' && name[5] <= 'z')))
      keys.sequence_ += static_cast<char>(name[5] & 0x1f);
    else if (name.size() == 1)
      keys.sequence_ += name;
    else
      return error{errc::invalid_argument,
                   fmt::format("--detach-keys: {} is no list of keys such as ctrl-p,ctrl-q", in_quotes(whole))};
  }
  return keys;
}

detach_keys::typed detach_keys::take(std::string_view bytes) {
  typed result;
  for (const char c : bytes) {
    // The longest end of what was typed that begins the sequence is kept back (as Knuth, Morris and Pratt do).
    while (matched_ > 0 && sequence_[matched_] != c) {
      auto shorter = matched_ - 1;
      while (shorter > 0
             && !std::string_view{sequence_}.substr(0, matched_).ends_with(std::string_view{sequence_}.substr(0, shorter)))
        --shorter;
      result.input.append(sequence_, 0, matched_ - shorter);
      matched_ = shorter;
    }
    if (sequence_.empty() || sequence_[matched_] != c) {
      result.input += c;
      continue;
    }
    if (++matched_ == sequence_.size()) {
      matched_ = 0;
      result.detach = true;
      return result;
    }
  }
  return result;
}

} // namespace strata::client
