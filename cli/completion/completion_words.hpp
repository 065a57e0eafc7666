// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace strata {

/// What can be typed after what: the command list as a shell's completion needs it.

enum class value_source : std::uint8_t { none, unknown, choices, file, directory };

struct completed_flag {
  std::string name;       ///< "--network"
  std::string short_name; ///< "-c", or ""
  std::string help;
  value_source value = value_source::none; ///< none: a switch
  std::vector<std::string> choices{};
};

struct completed_command {
  std::string path;               ///< "base create"; "": the program
  std::vector<std::string> names; ///< of the last word, with aliases
  std::string parent;             ///< path of the command before it
  std::string help;
  std::vector<completed_flag> flags;
  bool takes_sessions = false;          ///< `strata ls -q` tells what its arguments may be
  std::vector<std::string> arguments{}; ///< what its argument may be
};

/// In their order, the program first. Pure.
std::vector<completed_command> completed_commands(const std::vector<command>& commands);

/// Arms of a `case` over "COMMAND WORD" that set `command`, for shells with POSIX quotes. Pure.
std::string steps_between(const std::vector<completed_command>& commands);

/// The pattern of "COMMAND FLAG" in such a `case`, by both of the flag's names. Pure.
std::string flag_pattern(const completed_command& at, const completed_flag& flag);

/// A word as a POSIX shell reads it back. Pure.
std::string in_shell_quotes(const std::string& text);

/// Words, each quoted, by blanks. Pure.
std::string quoted_words(const std::vector<std::string>& words);

} // namespace strata
