// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace strata {

struct terminal_input {
  std::string bytes;
};
/// End of input of a process that reads a pipe.
struct terminal_input_end {};
struct terminal_resize {
  std::uint16_t cols, rows;
};
struct terminal_signal {
  std::string name, to;
};
/// Whether output is wanted.
struct terminal_flow {
  bool on;
};
/// What a viewer of a terminal, or of another process, says. Nothing: it is ignored (the seed ignores what it does not understand).
using terminal_message =
  std::variant<std::monostate, terminal_input, terminal_input_end, terminal_resize, terminal_signal, terminal_flow, error>;

} // namespace strata
