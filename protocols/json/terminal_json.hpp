// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/terminals.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

ordered_json to_json(const screen_shot& shot);
/// As text: its rows, each with a newline; with `styled` those with escape sequences.
std::string screen_text(const screen_shot& shot, bool styled);

/// The body of POST S/terminals and PUT S/terminals/{name} (empty: all as usual) into everything but the session.
result<open_terminal> read_open_terminal(std::string_view body);
/// The body of PATCH S/terminals/{name}.
result<resize_terminal> read_resize_terminal(std::string_view body);

} // namespace strata
