// SPDX-License-Identifier: MIT
#include "cli/completion/completion.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// compgen's words: what completes the value of that flag.
std::string bash_values(const completed_flag& flag) {
  switch (flag.value) {
  case value_source::choices:
    return fmt::format("COMPREPLY=($(compgen -W {} -- \"$cur\"))",
                       in_shell_quotes(fmt::format("{}", fmt::join(flag.choices, " "))));
  case value_source::file: return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))";
  case value_source::directory: return "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))";
  case value_source::none:
  case value_source::unknown: break;
  }
  return "";
}

} // namespace

std::string bash_completion(const std::vector<completed_command>& commands) {
  std::string values, offers;
  for (const auto& each : commands) {
    auto words = fmt::format("{} ", fmt::join(each.arguments, " "));
    for (const auto& child : commands)
      if (!child.path.empty() && child.parent == each.path)
        words += fmt::format("{} ", fmt::join(child.names, " "));
    for (const auto& flag : each.flags) {
      words += flag.name + " ";
      if (flag.value == value_source::none)
        continue;
      values +=
        fmt::format("    {}) {} return ;;\n", flag_pattern(each, flag), bash_values(flag).empty() ? "" : bash_values(flag) + ";");
    }
    offers += fmt::format("    {}) words={}{} ;;\n", in_shell_quotes(each.path), in_shell_quotes(words),
                          each.takes_sessions ? "; [[ $cur == -* ]] || { _strata_sessions; return; }" : "");
  }
  return fmt::format(R"script(# completion for strata in bash: eval "$(strata completion bash)"
# Names are other people's: compgen -W would expand them as commands.
_strata_sessions() {{
  local name
  while IFS= read -r name; do
    [[ $name != "$cur"* ]] || COMPREPLY+=("$(printf '%q' "$name")")
  done < <(strata ls -q --state ready 2>/dev/null)
}}
_strata() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command= words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${{COMP_WORDS[i]}}" in
      *' --') compopt -o default 2>/dev/null; return ;;
{}    esac
  done
  case "$command $prev" in
{}  esac
  case $command in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -F _strata strata
)script",
                     steps_between(commands), values, offers);
}

} // namespace strata
