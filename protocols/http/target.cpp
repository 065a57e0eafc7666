// SPDX-License-Identifier: MIT
#include "protocols/http/target.hpp"

#include "protocols/json/utf8.hpp"

#include <algorithm>

namespace strata {

namespace {

constexpr std::size_t max_parameters = 100;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode_form(std::string_view text, bool any_bytes = false) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto decoded = percent_decode(spaced);
  if (!decoded || (!any_bytes && !is_utf8(*decoded)))
    return std::nullopt;
  return decoded;
}

} // namespace

target_parts split_target(std::string_view target) noexcept {
  if (!target.starts_with('/')) {
    auto scheme = target.find("://");
    if (scheme != target.npos) {
      auto path = target.find_first_of("/?", scheme + 3);
      target = path == target.npos ? std::string_view{"/"} : target.substr(path);
    }
  }
  target = target.substr(0, target.find('#'));
  auto mark = target.find('?');
  if (mark == target.npos)
    return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3)
      return std::nullopt;
    auto high = hex_value(text[i + 1]);
    auto low = hex_value(text[i + 2]);
    if (high < 0 || low < 0)
      return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'
        || c == '~') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

result<query_list> parse_query(std::string_view query) {
  query_list parameters;
  while (!query.empty()) {
    auto end = query.find('&');
    auto pair = query.substr(0, end);
    query = end == query.npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty())
      continue;
    auto equals = pair.find('=');
    auto name = decode_form(pair.substr(0, equals));
    const bool any_bytes = name && *name == "path"; // the name of a file
    auto value = decode_form(equals == pair.npos ? std::string_view{} : pair.substr(equals + 1), any_bytes);
    if (!name || !value)
      return error{errc::invalid_argument, "read query: a parameter has a broken escape or is not UTF-8"};
    if (parameters.size() == max_parameters)
      return error{errc::invalid_argument, "read query: more than 100 parameters"};
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

} // namespace strata
