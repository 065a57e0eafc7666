// SPDX-License-Identifier: MIT
#include "isolation/agent/shell_text.hpp"

#include <algorithm>
#include <iterator>

namespace strata::agent {

namespace {

/// What is traced by `set -x` before the user's text goes to a FIFO that nobody reads for its bytes.
std::string quietly(const std::string& commands, const std::string& fifo) {
  return "{ " + commands + "; } >|" + fifo + " 2>|" + fifo + "\n";
}

/// Leaves POSIX mode and opens `begun`. Leaving it turns expand_aliases off and leaves inherit_errexit on, whatever
/// they were; BASHOPTS still tells (its list is sorted).
std::string leave_posix_mode(const command_paths& paths) {
  return quietly("\\unset -f builtin; \\unset POSIXLY_CORRECT; case $BASHOPTS in "
                 "*expand_aliases*inherit_errexit*) \\builtin shopt -s expand_aliases;; "
                 "*expand_aliases*) \\builtin shopt -s expand_aliases; \\builtin shopt -u inherit_errexit;; "
                 "*inherit_errexit*) ;; *) \\builtin shopt -u inherit_errexit;; esac",
                 paths.status + "/begun");
}

std::string report_status(const std::string& status) {
  return ">|\"" + status + "/$?\"\n"; // quoted: IFS may hold digits
}

bool is_name(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0])
         && std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

} // namespace

std::string shell_quote(std::string_view text) {
  std::string quoted{"'"};
  for (char c : text)
    c == '\'' ? quoted += "'\\''" : quoted += c;
  return quoted + "'";
}

std::string control_text(const command_paths& paths) {
  return "POSIXLY_CORRECT=1\n\\. " + paths.script + " <" + paths.in + " >|" + paths.out
         + (paths.err.empty() ? " 2>&1" : " 2>|" + paths.err) + "\n" + report_status(paths.status);
}

std::string script_text(const command_paths& paths, std::string_view cwd, const std::vector<std::string>& env,
                        std::string_view command) {
  std::string text;
  if (!cwd.empty() || !env.empty())
    text += quietly("\\unset -f builtin command", paths.status + "/quiet");
  if (!cwd.empty()) {
    auto leave = leave_posix_mode(paths);
    leave.pop_back();
    // The test is a keyword: whatever `cd` has become, the command does not run elsewhere.
    auto target = shell_quote(cwd);
    text += "\\builtin cd -- " + target + " && [[ . -ef " + target + " ]] || { " + leave + "; \\return 1; }\n";
  }
  if (env.empty())
    return text + body_text(paths, command);
  for (const auto& each : env) {
    auto middle = each.find('=');
    text += each.substr(0, middle + 1) + shell_quote(std::string_view{each}.substr(middle + 1)) + " ";
  }
  // `command` makes the assignments temporary, which they would not be for a special builtin in POSIX mode.
  return text + "\\command . " + paths.body + "\n";
}

std::string body_text(const command_paths& paths, std::string_view command) {
  return leave_posix_mode(paths) + std::string{command} + "\n";
}

std::string startup_text(const std::vector<std::string>& files) {
  std::string text;
  for (const auto& file : files)
    text += "\\. " + shell_quote(file) + "\n";
  return text;
}

std::string startup_control_text(const std::string& script, const std::string& in, const std::string& status) {
  return "\\. " + script + " <" + in + "\n" + report_status(status);
}

bool is_assignable(std::string_view assignment) {
  static constexpr std::string_view fixed[] = {"BASHOPTS", "BASH_VERSINFO", "EUID", "POSIXLY_CORRECT", "PPID", "SHELLOPTS", "UID"};
  auto middle = assignment.find('=');
  if (middle == std::string_view::npos || assignment.find('\0') != std::string_view::npos)
    return false;
  auto name = assignment.substr(0, middle);
  return is_name(name) && std::find(std::begin(fixed), std::end(fixed), name) == std::end(fixed);
}

} // namespace strata::agent
