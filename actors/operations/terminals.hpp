// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/sessions.hpp"
#include "isolation/input_stream.hpp"
#include "isolation/journal/journal.hpp"

namespace strata {

/// One viewer's place at a terminal: its own cursor in the output, and the shared input. As long as it lives the session
/// is not idle. Thread safe, may outlive the terminal.
struct terminal_view {
  std::string id; ///< of the process, "p12-x7q4"
  std::string name;
  std::int64_t pid = 0; ///< inside the session
  std::uint16_t cols = 0;
  std::uint16_t rows = 0;
  bool created = false; ///< true when this call opened the terminal
  bool session_created = false;
  std::string session_uid;
  std::shared_ptr<journal_reader> output;
  std::shared_ptr<input_stream> input; ///< empty for a viewer that only looks
  std::shared_ptr<void> lease;         ///< its end is told to the session
};

/// Begins to view a terminal by name; a missing one is opened: a login shell of the session's user.
struct attach_terminal {
  using response = terminal_view;
  static constexpr auto name = "attach_terminal";

  session_ref session;
  std::string terminal = "main";           ///< 1-64 of [A-Za-z0-9._-]
  std::optional<std::uint16_t> cols, rows; ///< 1-1000; absent: 80 × 24, or as it is
  std::optional<std::int64_t> since;       ///< offset to begin at; absent: what is about on the screen (64 KiB)
  bool read_only = false;
  bool skip_when_behind = true; ///< false: its program waits for this viewer
  std::string create = "auto";  ///< auto | never: whether a missing session or terminal is made
};

struct resized_terminal {};

/// Sets the size of a terminal; the last to set it wins.
struct resize_terminal {
  using response = resized_terminal;
  static constexpr auto name = "resize_terminal";

  session_ref session;
  std::string process; ///< its id, or its name as a terminal
  std::uint16_t cols = 0;
  std::uint16_t rows = 0;
};

} // namespace strata
