// SPDX-License-Identifier: MIT
#include "actors/session_ids.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/random.h>

namespace strata {

namespace {

constexpr std::size_t max_id_bytes = 128;
constexpr std::size_t uid_length = 20;
constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

/// One of the first `count` characters of the alphabet, each as likely as the other.
char random_character(unsigned count) {
  const unsigned fair = 256 - 256 % count;
  for (;;) {
    unsigned char byte = 0;
    // Requests of up to 256 bytes are neither interrupted nor cut short (getrandom(2)); without randomness there is no safe uid.
    if (::getrandom(&byte, 1, 0) != 1)
      std::abort();
    if (byte < fair)
      return alphabet[byte % count];
  }
}

std::string random_text(std::size_t length) {
  std::string text(length, ' ');
  std::generate(text.begin(), text.end(), [] { return random_character(36); });
  return text;
}

} // namespace

result<void> check_id(std::string_view field, std::string_view id) {
  if (id.empty())
    return error{errc::invalid_argument, fmt::format("{} is required", field)};
  if (id.size() > max_id_bytes)
    return error{errc::invalid_argument, fmt::format("{} is longer than {} bytes", field, max_id_bytes)};
  if (std::any_of(id.begin(), id.end(), is_control))
    return error{errc::invalid_argument, fmt::format("{} has a control character", field)};
  return {};
}

result<void> check_key(const session_key& key) {
  if (key.owner_id.empty() || key.session_id.empty())
    return error{errc::invalid_argument, "owner_id and session_id are required"};
  STRATA_CHECK(check_id("owner_id", key.owner_id));
  return check_id("session_id", key.session_id);
}

std::string make_uid() { return random_character(26) + random_text(uid_length - 1); }

bool is_uid(std::string_view text) noexcept {
  return text.size() == uid_length && text[0] >= 'a' && text[0] <= 'z' && text.find_first_not_of(alphabet) == text.npos;
}

std::string make_session_id() { return "s-" + random_text(16); }

} // namespace strata
