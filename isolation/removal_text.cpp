// SPDX-License-Identifier: MIT
#include "isolation/removal_text.hpp"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace strata {

namespace {

constexpr std::size_t max_path = 240;
constexpr std::size_t kept_head = 120;
constexpr std::size_t kept_tail = 100;

std::string printable(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && byte != '\\') {
      text += c;
      continue;
    }
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02x", byte);
    text += code;
  }
  return text;
}

std::string reason(int number) {
  if (number == EXDEV || number == EBUSY)
    return "a file system is mounted there (umount it)";
  char buffer[128];
  std::string text = ::strerror_r(number, buffer, sizeof buffer); // GNU: returns the text
  if (!text.empty())
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

} // namespace

std::string removal_failure_text(const std::string& path, int number) {
  auto where = printable(path);
  if (where.size() > max_path)
    where = where.substr(0, kept_head) + "..." + where.substr(where.size() - kept_tail);
  return "remove " + where + ": " + reason(number);
}

} // namespace strata
