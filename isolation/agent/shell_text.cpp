// SPDX-License-Identifier: MIT
#include "isolation/agent/shell_text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace strata::agent {

namespace {

/// What is traced by `set -x` before the user's text goes to a FIFO that nobody reads for its bytes.
std::string quietly(const std::string& commands, const std::string& fifo) {
  return "{ " + commands + "; } >|" + fifo + " 2>|" + fifo + "\n";
}

/// The second redirection fails and says so to the first. Quoted: IFS may hold digits. In a list, so that neither
/// `set -e` nor a trap on ERR minds; and so that the shell is left with status 0.
std::string complain(const command_paths& paths, const std::string& token, const std::string& number = "$?") {
  return "2>|" + paths.report + " >|\"" + token + "/" + number + "/x\" || >|" + paths.report + "\n";
}

/// Leaves POSIX mode. Leaving it turns expand_aliases off and leaves inherit_errexit on, whatever
/// they were; BASHOPTS still tells (its list is sorted).
std::string leave_posix_mode(const command_paths& paths) {
  return quietly("\\unset -f builtin; \\unset POSIXLY_CORRECT; case $BASHOPTS in "
                 "*expand_aliases*inherit_errexit*) \\builtin shopt -s expand_aliases;; "
                 "*expand_aliases*) \\builtin shopt -s expand_aliases; \\builtin shopt -u inherit_errexit;; "
                 "*inherit_errexit*) ;; *) \\builtin shopt -u inherit_errexit;; esac",
                 paths.report);
}

/// As a list: the command does not begin, and why. Status 0: `set -e` does not mind.
std::string refuse(const command_paths& paths, int why) {
  return "{ " + leave_posix_mode(paths) + complain(paths, paths.refused, std::to_string(why)) + "\\return 0; }\n";
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
         + (paths.err.empty() ? " 2>&1" : " 2>|" + paths.err) + "\n" + complain(paths, paths.token);
}

std::string script_text(const command_paths& paths, std::string_view cwd, const std::vector<std::string>& env,
                        std::string_view command) {
  std::string text;
  if (!cwd.empty() || !env.empty())
    text += quietly("\\unset -f builtin command", paths.report);
  if (!cwd.empty()) {
    // The test is a keyword: whatever `cd` has become, the command does not run elsewhere.
    auto target = shell_quote(cwd);
    text += "\\builtin cd -- " + target + " && [[ . -ef " + target + " ]] || " + refuse(paths, refused_directory);
  }
  // Assigning to one that is readonly would end a bash in POSIX mode. An unset one would fail under `set -u`.
  std::string checks;
  for (std::size_t i = 0; i < std::min(env.size(), max_checked_variables); ++i) {
    auto name = env[i].substr(0, env[i].find('='));
    auto refusal = refuse(paths, first_refused_variable + static_cast<int>(i));
    refusal.pop_back();
    checks += "case ${" + name + "+${" + name + "@a}} in *r*) " + refusal + ";; esac; ";
  }
  if (!checks.empty()) {
    checks.resize(checks.size() - 2);
    text += quietly(checks, paths.report);
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
  return leave_posix_mode(paths) + complain(paths, paths.begun) + std::string{command} + "\n";
}

std::string startup_text(const std::vector<std::string>& files) {
  std::string text;
  for (const auto& file : files)
    text += "\\. " + shell_quote(file) + "\n";
  return text;
}

std::string startup_control_text(const command_paths& paths) {
  return "\\. " + paths.script + " <" + paths.in + "\n" + complain(paths, paths.token);
}

std::optional<int> find_status(std::string_view heard, std::string_view token) {
  auto at = heard.find(token);
  if (at == std::string_view::npos)
    return std::nullopt;
  heard.remove_prefix(at + token.size());
  if (!heard.starts_with('/'))
    return std::nullopt;
  heard.remove_prefix(1);
  int status = -1;
  auto [end, failed] = std::from_chars(heard.data(), heard.data() + heard.size(), status);
  if (failed != std::errc{} || status < 0 || status > 255 || end == heard.data() + heard.size() || *end != '/')
    return std::nullopt;
  return status;
}

bool is_assignable(std::string_view assignment) {
  // Readonly, not assignable, or (the last two) what this is done with.
  static constexpr std::string_view fixed[] = {"BASHOPTS", "BASH_VERSINFO", "EUID",          "PPID",           "SHELLOPTS",
                                               "UID",      "BASH_ARGC",     "BASH_ARGV",     "BASH_LINENO",    "BASH_SOURCE",
                                               "FUNCNAME", "GROUPS",        "BASH_XTRACEFD", "POSIXLY_CORRECT"};
  auto middle = assignment.find('=');
  if (middle == std::string_view::npos || assignment.find('\0') != std::string_view::npos)
    return false;
  auto name = assignment.substr(0, middle);
  return is_name(name) && std::find(std::begin(fixed), std::end(fixed), name) == std::end(fixed);
}

} // namespace strata::agent
