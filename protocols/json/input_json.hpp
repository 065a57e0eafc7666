// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

/// {"text"} or {"b64"}: the bytes of an input.
result<void> read_input(std::string_view body, write_stdin& into);
/// The same for a terminal, where {"keys"} may come after them or alone.
result<void> read_terminal_input(std::string_view body, write_stdin& into);

} // namespace strata
