// SPDX-License-Identifier: MIT
#include "protocols/context_fields.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <random>

namespace strata {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

bool is_request_id(std::string_view text) {
  constexpr std::string_view marks = "._~:/+=@,-";
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.find(c) != marks.npos;
  });
}

std::string make_request_id() {
  static const auto prefix = std::random_device{}();
  static std::atomic<std::uint64_t> last{0};
  return fmt::format("{:08x}-{}", prefix, ++last);
}

} // namespace

std::string request_id_of(std::string_view given) { return is_request_id(given) ? std::string{given} : make_request_id(); }

/// "00-<32 hex>-<16 hex>-<2 hex>", or a later version that begins so.
bool is_traceparent(std::string_view text) {
  if (text.size() < 55 || text.size() > 128 || text[2] != '-' || text[35] != '-' || text[52] != '-')
    return false;
  for (std::size_t i = 0; i < 55; ++i)
    if (i != 2 && i != 35 && i != 52 && hex_digits.find(text[i]) == hex_digits.npos)
      return false;
  return !text.starts_with("ff") && (text.size() == 55 || (!text.starts_with("00") && text[55] == '-'))
         && std::all_of(text.begin(), text.end(), is_visible);
}

result<std::string> idempotency_key_of(std::string_view given) {
  if (given.empty() || given.size() > 255 || !std::all_of(given.begin(), given.end(), is_visible))
    return error{errc::invalid_argument, "Idempotency-Key is not one word of 1-255 visible ASCII characters"};
  return std::string{given};
}

std::string digest_of(const std::vector<std::string_view>& parts) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  for (const auto part : parts) {
    const std::uint64_t size = part.size(); // so that no two lists of parts give the same bytes
    EVP_DigestUpdate(hash.get(), &size, sizeof size);
    EVP_DigestUpdate(hash.get(), part.data(), part.size());
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(hash.get(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += hex_digits[digest[i] >> 4];
    text += hex_digits[digest[i] & 15];
  }
  return text;
}

} // namespace strata
