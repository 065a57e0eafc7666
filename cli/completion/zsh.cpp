// SPDX-License-Identifier: MIT
#include "cli/completion/completion.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// _describe(1) splits at the first colon.
std::string described(const std::string& name, const std::string& help) { return in_shell_quotes(name + ":" + help) + " "; }

std::string zsh_values(const completed_flag& flag) {
  switch (flag.value) {
  case value_source::choices: return fmt::format("compadd -- {}", quoted_words(flag.choices));
  case value_source::file: return "_files";
  case value_source::directory: return "_files -/";
  case value_source::none:
  case value_source::unknown: break;
  }
  return "_message value";
}

} // namespace

std::string zsh_completion(const std::vector<completed_command>& commands) {
  std::string values, offers;
  for (const auto& each : commands) {
    std::string words = quoted_words(each.arguments) + " ", flags;
    for (const auto& child : commands)
      if (!child.path.empty() && child.parent == each.path)
        for (const auto& name : child.names)
          words += described(name, child.help);
    for (const auto& flag : each.flags) {
      flags += described(flag.name, flag.help);
      if (flag.value == value_source::none)
        continue;
      values += fmt::format("    {}) {}; return ;;\n", flag_pattern(each, flag), zsh_values(flag));
    }
    offers += fmt::format("    {})\n      flags=({})\n      offered=({})\n", in_shell_quotes(each.path), flags, words);
    if (each.takes_sessions)
      offers += "      [[ $PREFIX == -* ]] || compadd -- ${(f)\"$(strata ls -q --state ready 2>/dev/null)\"}\n";
    offers += "      ;;\n";
  }
  return fmt::format(R"script(#compdef strata
# completion for strata in zsh: source <(strata completion zsh), after compinit
_strata() {{
  local command= i
  local -a flags offered
  for ((i = 2; i < CURRENT; i++)); do
    case "$command ${{words[i]}}" in
      *' --') _files; return ;;
{}    esac
  done
  case "$command ${{words[CURRENT - 1]}}" in
{}  esac
  case $command in
{}  esac
  (( $#offered )) && _describe command offered
  [[ $PREFIX == -* ]] && _describe -o flag flags
}}
if [[ ${{funcstack[1]}} == _strata ]]; then _strata "$@"; else compdef _strata strata; fi
)script",
                     steps_between(commands), values, offers);
}

} // namespace strata
