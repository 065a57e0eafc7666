// SPDX-License-Identifier: MIT
#include "protocols/json/reader.hpp"

#include "protocols/json/utf8.hpp"

namespace strata {

namespace {

constexpr int max_depth = 32;
/// A value takes about fifty bytes in memory but only two in the text, so the size of the body alone bounds too little.
constexpr std::size_t max_values = 100'000;
constexpr std::string_view blanks = " \t\r\n";

error invalid_body(std::string reason) {
  return error{errc::invalid_argument, "invalid request body", {{"reason", std::move(reason)}}};
}

/// Where the first object ends, by its brackets alone: the parser judges the rest.
result<std::size_t> end_of_object(std::string_view text) {
  int depth = 0;
  std::size_t values = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        in_string = false;
      continue;
    }
    switch (text[i]) {
    case '"': in_string = true; break;
    case '{':
    case '[':
      if (++depth > max_depth)
        return invalid_body("nested deeper than 32 levels");
      [[fallthrough]];
    case ',':
      if (++values > max_values)
        return invalid_body("more than 100000 values");
      break;
    case '}':
    case ']':
      if (--depth == 0)
        return i + 1;
      break;
    default: break;
    }
  }
  return invalid_body("the JSON text ends too early");
}

} // namespace

result<json> read_object(std::string_view text, trailing_bytes trailing) {
  auto begin = text.find_first_not_of(blanks);
  if (begin == text.npos)
    return invalid_body("the body is empty");
  if (text[begin] != '{')
    return invalid_body("expected a JSON object");
  text.remove_prefix(begin);
  STRATA_TRY(auto end, end_of_object(text));
  if (trailing == trailing_bytes::refused && text.find_first_not_of(blanks, end) != text.npos)
    return invalid_body("there is text after the JSON object");
  text = text.substr(0, end);
  if (!is_utf8(text))
    return invalid_body("not valid UTF-8");
  auto value = json::parse(text, nullptr, false);
  if (!value.is_object())
    return invalid_body("not valid JSON");
  return {boost::system::in_place_value, std::move(value)}; // json would convert from anything, so it is named
}

std::string to_text(const ordered_json& value) { return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

} // namespace strata
