// SPDX-License-Identifier: MIT
#include "isolation/session_root.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace strata {

namespace {

constexpr std::size_t max_label = 63; ///< of a DNS label, which a uid is

using digest = std::array<unsigned char, 32>;

digest sha256(std::string_view bytes) {
  digest sum{};
  unsigned size = 0;
  // Only a broken OpenSSL fails here, and then there is no name that is safe to use.
  if (EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, EVP_sha256(), nullptr) != 1 || size != sum.size())
    std::abort();
  return sum;
}

std::string hex(const digest& sum, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i)
    text += fmt::format("{:02x}", sum[i]);
  return text;
}

bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= max_label && std::all_of(text.begin(), text.end(), is_name_character);
}

} // namespace

std::string session_directory_name(std::string_view owner_id, std::string_view session_id, std::string_view uid) {
  // With the lengths in front, "ab"+"c" and "a"+"bc" are different keys.
  const auto key = fmt::format("{}:{}{}:{}", owner_id.size(), owner_id, session_id.size(), session_id);
  const auto hash = hex(sha256(key), sizeof(digest) / 2);
  // 64 characters are no label, so that no other uid is spelled like this.
  return fmt::format("s-{}-{}", hash, is_label(uid) ? std::string{uid} : hex(sha256(uid), sizeof(digest)));
}

bool is_session_directory_name(std::string_view name) noexcept {
  return name.starts_with("s-") && name.size() <= 100 && std::all_of(name.begin(), name.end(), is_name_character);
}

} // namespace strata
