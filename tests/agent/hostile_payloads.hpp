// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/messages.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace strata::test {

/// One text typed into a persistent shell, and what must come of it.
struct payload {
  const char* name;
  std::string command;
  int value = 0; ///< exit code, or the signal that bash died of
  wire::shell_outcome outcome = wire::shell_outcome::status;
  /// The next command in the same shell may be told as lost or find bash gone, but never a wrong answer.
  bool next_may_be_lost = false;
  /// A change of directory is refused from then on, with status 1: the command must not run elsewhere.
  bool cd_fails = false;
  std::optional<std::string> cwd{}; ///< of the shell afterwards, where it is not the one before
};

inline void PrintTo(const payload& one, std::ostream* out) { *out << one.name; }

/// Syntax, options, traps, jobs: what people type.
std::vector<payload> typed_payloads();
/// Words that bash knows, turned into something else; and attempts on what stands behind the shell.
std::vector<payload> attacking_payloads();

} // namespace strata::test
