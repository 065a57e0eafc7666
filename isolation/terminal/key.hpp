// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace strata {

/// One key of a keyboard, with what is held down beside it.
struct key {
  enum class special : std::uint8_t {
    none, ///< `character`
    enter,
    tab,
    backspace,
    escape,
    up,
    down,
    left,
    right,
    insert,
    del,
    home,
    end,
    page_up,
    page_down,
    function ///< F<number>
  };
  special what = special::none;
  std::string character;   ///< one character, UTF-8
  std::uint8_t number = 0; ///< of a function key, 1-12
  bool shift = false, alt = false, ctrl = false;

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field(self.what, self.character, self.number, self.shift, self.alt, self.ctrl);
  }
};

/// Its bytes, where these are the same whatever the program asked the terminal for.
std::optional<std::string> plain_bytes(const key& pressed);

} // namespace strata
