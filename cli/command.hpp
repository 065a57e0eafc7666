// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "config/load_settings.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The command line as data: what can be typed, and what it means. One list of these is all that the parser, the help
/// and main.cpp know.

struct command_flag {
  std::string name;       ///< "--json"
  std::string value_name; ///< "DIR"; empty: a switch
  std::string help;
  bool repeated = false;
};

struct command_argument {
  std::string name; ///< "DIR"
  std::string help;
  bool required = true;
  bool repeated = false; ///< takes every word that is left; the last one of a command
  bool tail = false;     ///< takes every word after "--" as it is, and none before; the last one of a command
};

/// What was typed after a command.
struct invocation {
  std::map<std::string, std::vector<std::string>> flags; ///< by name, "--suite"; only those that were given
  std::vector<std::string> arguments;
  settings_sources sources; ///< flags and file of a command that takes settings, and the environment

  [[nodiscard]] bool has(const std::string& flag) const { return flags.contains(flag); }
  /// The last value, or "".
  [[nodiscard]] std::string value(const std::string& flag) const;
  /// Of the environment, or "".
  [[nodiscard]] std::string variable(std::string_view name) const;
};

struct command {
  std::vector<std::string> words;     ///< {"base", "create"}
  std::vector<std::string> aliases{}; ///< of the last word
  std::string summary;
  std::vector<command_argument> arguments{};
  std::vector<command_flag> flags{};
  bool takes_settings = false; ///< every knob is a flag of it, and --config
  /// Does it and gives the exit code. An error is told as "strata: MESSAGE". Empty: prints its help.
  std::function<result<int>(const invocation&)> run;
  /// The exit code of an error, also of words that were not understood.
  int (*failure_code)(const error&) = [](const error&) { return 1; };
};

} // namespace strata
