// SPDX-License-Identifier: MIT
#include "protocols/json/input_json.hpp"

#include "protocols/json/base64.hpp"
#include "protocols/json/field_reader.hpp"

namespace strata {

namespace {

struct given_input {
  std::optional<std::string> text, b64;
  std::optional<std::vector<std::string>> keys;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("text", self.text, "text to write");
    field("b64", self.b64, "bytes to write, in base64");
    field("keys", self.keys, "keys to press after them");
  }
};

result<void> take(given_input given, write_stdin& into) {
  if (given.text)
    into.bytes = std::move(*given.text);
  if (given.b64) {
    auto bytes = base64_decode(*given.b64);
    if (!bytes)
      return error{errc::invalid_argument, "b64: expected base64 with padding", {{"field", "b64"}}};
    into.bytes = std::move(*bytes);
  }
  if (given.keys)
    into.keys = std::move(*given.keys);
  return {};
}

result<given_input> read(std::string_view body) {
  given_input given;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, given, member_rules::strict));
  return given;
}

} // namespace

result<void> read_input(std::string_view body, write_stdin& into) {
  STRATA_TRY(auto given, read(body));
  if (given.keys)
    return error{errc::unknown_field, "keys: only a terminal has them", {{"field", "keys"}}};
  if (given.text.has_value() == given.b64.has_value())
    return error{errc::invalid_argument, "exactly one of text and b64 is required", {{"field", "text"}}};
  return take(std::move(given), into);
}

result<void> read_terminal_input(std::string_view body, write_stdin& into) {
  STRATA_TRY(auto given, read(body));
  if (given.text && given.b64)
    return error{errc::invalid_argument, "text and b64 are both given", {{"field", "text"}}};
  if (!given.text && !given.b64 && !given.keys)
    return error{errc::invalid_argument, "text, b64 or keys is required", {{"field", "text"}}};
  return take(std::move(given), into);
}

} // namespace strata
