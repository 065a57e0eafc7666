// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "actors/operations/size_news.hpp"
#include "isolation/terminal/live_screen.hpp"

namespace strata {

/// A terminal is a process on a PTY, with a screen and viewers. What is done to its process (input, output, signals, end) is
/// done by the operations on processes, by its id or as "name:N".

/// One viewer's place at a terminal: its own cursor in the output, and the shared input. As long as it lives the session
/// is not idle. Thread safe, may outlive the terminal.
struct terminal_view {
  std::string id; ///< of the process, "p12-x7q4"
  std::string name;
  std::int64_t pid = 0; ///< inside the session
  std::uint16_t cols = 0;
  std::uint16_t rows = 0;
  std::uint64_t viewer = 0; ///< names this viewer to resize_terminal
  bool created = false;     ///< true when this call opened the terminal
  bool session_created = false;
  std::string session_uid;
  std::shared_ptr<journal_reader> output;
  std::shared_ptr<input_stream> input; ///< empty for a viewer that only looks
  std::shared_ptr<size_news> sizes;    ///< tells when others change the size
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

/// Makes sure that a terminal of that name is there. One that is there stays as it is, and `created` of the answer is false.
struct open_terminal {
  using response = process_info;
  static constexpr auto name = "open_terminal";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string terminal; ///< 1-64 of [A-Za-z0-9._-]; empty: a new one, whose name is its id
  std::string command;  ///< run by `bash -c`; neither this nor argv: a login shell
  std::vector<std::string> argv;
  std::string cwd;
  string_map env;
  std::string user;
  std::int64_t cols = 80;
  std::int64_t rows = 24;
  std::string resize = "last"; ///< whose size it has: last (to set one) | smallest (of its viewers')
  std::string create = "auto"; ///< auto | never: whether a missing session is made

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("name", self.terminal, "name of the terminal; absent: its id");
    field("command", self.command, "shell text, run by bash -c; neither this nor argv: a login shell");
    field("argv", self.argv, "a program and its arguments, instead of command");
    field("cwd", self.cwd, "directory in which it starts");
    field("env", self.env, "environment, on top of the session's");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("cols", self.cols, "columns of the terminal");
    field("rows", self.rows, "rows of the terminal");
    field("resize", self.resize, "whose size it has: last to set one, or smallest of its viewers");
    field("create", self.create, "auto or never");
  }
};

/// Sets the size of a terminal, or whose size it has from now on.
struct resize_terminal {
  using response = process_info;
  static constexpr auto name = "resize_terminal";

  session_ref session;
  std::string process;                    ///< its id, or "name:N"
  std::optional<std::int64_t> cols, rows; ///< both or none
  std::string resize;                     ///< last | smallest; empty: as it is
  std::uint64_t viewer = 0;               ///< whose size it is; 0: nobody's, and it holds until one of them changes theirs

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("cols", self.cols, "columns of the terminal");
    field("rows", self.rows, "rows of the terminal");
    field("resize", self.resize, "last or smallest");
  }
};

/// What is on a terminal's screen, for those who cannot look.
struct screen_shot {
  std::string id; ///< of the process
  std::string name;
  process_state state = process_state::running;
  screen_page page;
};

/// `too_large` for a terminal of more cells than live_screen::max_cells.
struct get_screen {
  using response = screen_shot;
  static constexpr auto name = "get_screen";
  static constexpr bool waits = true;

  session_ref session;
  std::string process;                 ///< its id, or "name:N"
  std::optional<std::int64_t> version; ///< with patience: answer when the screen has another one
  std::int64_t quiet_ms = 0;           ///< answer when the screen has stood still that long, at most 60000
  std::optional<std::int64_t> wait_ms; ///< patience, at most 60000; absent: 3000 with quiet_ms, else none
  bool styled = false;                 ///< with colours and attributes as escape sequences
};

} // namespace strata
