// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace strata {

/// What was asked for, one of:
struct chosen_command {
  const command* which = nullptr;
  invocation given;
};
struct asked_help {
  std::string text;
};
struct asked_version {};
using parsed_words = std::variant<chosen_command, asked_help, asked_version>;

/// Reads words by a list of commands, and writes their help.
class command_parser {
public:
  /// `commands` must outlive the parser.
  explicit command_parser(const std::vector<command>& commands);
  ~command_parser();

  /// The words without the program's name. Once. An error's message is complete: "unknown command \"frob\" (see strata --help)".
  result<parsed_words> parse(const std::vector<std::string>& words);
  /// The command that the words of parse() came to, understood or not; null: none that does anything.
  const command* reached() const;
  /// Help of the command that begins with these words; none: of the program.
  result<std::string> help_of(const std::vector<std::string>& words) const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace strata
