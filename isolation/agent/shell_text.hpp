// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The words that make a bash run one command and tell its status, whatever the command did to that bash before. Pure.
///
/// POSIX mode (`POSIXLY_CORRECT`) makes bash find special builtins before functions, and a backslash keeps aliases
/// away: so `\.` and `\unset` are bash's own even where someone has defined functions of these names. The script
/// leaves POSIX mode by itself before the user's text. The status is told by a redirection that must fail: no command
/// runs at all, and bash writes the path, which holds the status, into its complaint. The path holds a token, too, that
/// stands in no directory: noise in the FIFO is told apart, and nobody can guess the next one. That the user's text is
/// about to begin is told in the same way.
namespace strata::agent {

/// Absolute paths as the shell sees them; no character in them needs quoting.
struct command_paths {
  std::string script; ///< what the shell sources first
  std::string body;   ///< the user's text, where `script` only sets up the environment of the call
  std::string in, out;
  std::string err;     ///< empty: into `out`
  std::string report;  ///< FIFO for the complaints, and for what is traced before the user's text
  std::string begun;   ///< token of the complaint right before the user's text; names nothing
  std::string token;   ///< token of the one that holds the status; names nothing
  std::string refused; ///< token of the one that tells why the command does not begin; names nothing
};

/// `text` as one word.
std::string shell_quote(std::string_view text);

/// What the shell reads for one command.
std::string control_text(const command_paths& paths);

/// What stands beside the token `refused`: the directory could not be entered, or the first variable of `env` that the shell
/// holds readonly has this number more (at most max_checked_variables are looked at).
inline constexpr int refused_directory = 1;
inline constexpr int first_refused_variable = 2;
inline constexpr std::size_t max_checked_variables = 250;

/// The text of `paths.script`. `cwd`: absolute, or empty to stay. `env`: K=V; if not empty the user's text goes to
/// `paths.body`, see body_text().
std::string script_text(const command_paths& paths, std::string_view cwd, const std::vector<std::string>& env,
                        std::string_view command);

/// The text of `paths.body` for a command with an environment.
std::string body_text(const command_paths& paths, std::string_view command);

/// Sources each file.
std::string startup_text(const std::vector<std::string>& files);
/// What the shell reads to run the startup text (`script`).
std::string startup_control_text(const command_paths& paths);

/// The status that a complaint tells, if it is one with this token.
std::optional<int> find_status(std::string_view heard, std::string_view token);

/// Whether K=V can be set for one call: a name, no NUL, and none of those that bash keeps for itself.
bool is_assignable(std::string_view assignment);

} // namespace strata::agent
