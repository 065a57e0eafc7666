// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The words that make a bash run one command and tell its status, whatever the command did to that bash before. Pure.
///
/// POSIX mode (`POSIXLY_CORRECT`) makes bash find special builtins before functions, and a backslash keeps aliases
/// away: so `\.` and `\unset` are bash's own even where someone has defined functions of these names. The script
/// leaves POSIX mode by itself before the user's text. The status is told by opening a FIFO that bears its number: a
/// bare redirection runs no command at all.
namespace strata::agent {

/// Absolute paths as the shell sees them; no character in them needs quoting.
struct command_paths {
  std::string script; ///< what the shell sources first
  std::string body;   ///< the user's text, where `script` only sets up the environment of the call
  std::string in, out;
  std::string err;    ///< empty: into `out`
  std::string status; ///< folder of the FIFOs 0…255, `begun` and `quiet`
};

/// `text` as one word.
std::string shell_quote(std::string_view text);

/// What the shell reads for one command.
std::string control_text(const command_paths& paths);

/// The text of `paths.script`. `cwd`: absolute, or empty to stay. `env`: K=V; if not empty the user's text goes to
/// `paths.body`, see body_text().
std::string script_text(const command_paths& paths, std::string_view cwd, const std::vector<std::string>& env,
                        std::string_view command);

/// The text of `paths.body` for a command with an environment.
std::string body_text(const command_paths& paths, std::string_view command);

/// Sources each file.
std::string startup_text(const std::vector<std::string>& files);
/// What the shell reads to run the startup text.
std::string startup_control_text(const std::string& script, const std::string& in, const std::string& status);

/// Whether K=V can be set for one call: a name, no NUL, and none of bash's own read-only variables.
bool is_assignable(std::string_view assignment);

} // namespace strata::agent
