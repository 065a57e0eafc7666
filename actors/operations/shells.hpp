// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/sessions.hpp"

namespace strata {

/// A named persistent command shell.
struct shell_info {
  std::string name;
  bool created = false; ///< true when this call made it
  std::int64_t pid = 0; ///< inside the session; 0 before its first command
  std::string cwd;
  std::string user;
  std::string holder;      ///< id of the exec that runs in it now; empty: idle
  std::int64_t queued = 0; ///< calls waiting
};

struct open_shell {
  using response = shell_info;
  static constexpr auto name = "open_shell";

  session_ref session;
  std::string shell; ///< 1-64 of [A-Za-z0-9._-]; "fresh" is reserved
  string_map env;
  std::string cwd;
  std::string user;
  std::vector<std::string> startup; ///< files inside the session to source first
  bool pty = false;                 ///< `unsupported` in this version

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("env", self.env, "environment of the shell");
    field("cwd", self.cwd, "directory in which it starts");
    field("user", self.user, "account inside");
    field("startup", self.startup, "files to source first");
    field("pty", self.pty, "run on a terminal");
  }
};

struct shell_list {
  std::vector<shell_info> items;
};

struct list_shells {
  using response = shell_list;
  static constexpr auto name = "list_shells";
  session_ref session;
};

struct closed_shell {};

struct close_shell {
  using response = closed_shell;
  static constexpr auto name = "close_shell";
  session_ref session;
  std::string shell;
};

} // namespace strata
