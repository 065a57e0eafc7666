// SPDX-License-Identifier: MIT
#include "isolation/terminal/key.hpp"

#include <string_view>

namespace strata {

std::optional<std::string> plain_bytes(const key& pressed) {
  std::string bytes;
  if (pressed.what == key::special::escape && !pressed.shift && !pressed.ctrl) {
    bytes = "\x1b";
  } else if (pressed.what == key::special::tab && !pressed.shift && !pressed.ctrl) {
    bytes = "\t";
  } else if (pressed.what == key::special::backspace && !pressed.shift) {
    bytes = pressed.ctrl ? "\b" : "\x7f";
  } else if (pressed.what == key::special::none) {
    bytes = pressed.character;
    const bool letter = bytes.size() == 1 && (bytes[0] | 0x20) >= 'a' && (bytes[0] | 0x20) <= 'z';
    if (pressed.shift && letter)
      bytes[0] = static_cast<char>(bytes[0] & ~0x20);
    // What a keyboard makes of Ctrl: the low five bits (ECMA-48: C0), where there are such.
    if (pressed.ctrl && bytes == " ")
      bytes = std::string(1, '\0');
    else if (pressed.ctrl && bytes == "?")
      bytes = "\x7f";
    else if (pressed.ctrl && bytes.size() == 1
             && (letter || std::string_view{"@[\\]^_"}.find(bytes[0]) != std::string_view::npos))
      bytes[0] = static_cast<char>(bytes[0] & 0x1f);
  } else {
    return std::nullopt;
  }
  return pressed.alt ? '\x1b' + bytes : bytes;
}

} // namespace strata
