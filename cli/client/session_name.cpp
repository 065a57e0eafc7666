// SPDX-License-Identifier: MIT
#include "cli/client/session_name.hpp"

#include "config/escaped.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace strata::client {

namespace {

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const auto* const digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2)
      return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

/// What a terminal would obey is encoded, too: names are other people's.
std::string encoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 = c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0; // U+0080 to U+009F
    if (c == '/' || c == '%' || c < ' ' || c == 0x7f || c1 || (out.empty() && c == '@'))
      out += fmt::format("%{:02X}", c);
    else
      out += text[i];
  }
  return out;
}

} // namespace

result<session_name> parse_session_name(std::string_view text, const std::string& owner) {
  const auto bad = [&](std::string_view why) {
    return error{errc::invalid_argument, fmt::format("session {}: {}", in_quotes(text), why)};
  };
  if (text.starts_with('@'))
    return text.size() > 1 ? result<session_name>{session_name{{}, {}, std::string{text.substr(1)}}}
                           : bad("has no uid after the @");
  const auto slash = text.find('/');
  if (slash != text.npos && text.find('/', slash + 1) != text.npos)
    return bad("has more than one / (write %2F for one that belongs to a name)");
  if (slash == text.npos && owner.empty())
    return bad("has no owner (OWNER/SESSION, or --owner)");
  auto first = slash == text.npos ? std::optional{owner} : decoded(text.substr(0, slash));
  auto second = decoded(slash == text.npos ? text : text.substr(slash + 1));
  if (!first || !second)
    return bad("has a broken % escape");
  if (first->empty() || second->empty())
    return bad("has an empty part");
  return session_name{std::move(*first), std::move(*second), {}};
}

std::string to_string(const session_name& name) {
  return name.uid.empty() ? encoded(name.owner) + '/' + encoded(name.session) : '@' + name.uid;
}

} // namespace strata::client
