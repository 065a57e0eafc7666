// SPDX-License-Identifier: MIT
#include "cli/completion/completion.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// In fish's single quotes only \ and ' are special.
std::string quoted(const std::string& text) {
  std::string out{"'"};
  for (const char c : text) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "'";
}

std::string flag_line(const std::string& at, const completed_flag& flag) {
  auto line = fmt::format("complete -c strata {} -l {} -d {}", at, flag.name.substr(2), quoted(flag.help));
  if (!flag.short_name.empty())
    line += " -s " + flag.short_name.substr(1);
  switch (flag.value) {
  case value_source::none: break;
  case value_source::unknown: line += " -x"; break;
  case value_source::choices: line += " -x -a " + quoted(fmt::format("{}", fmt::join(flag.choices, " "))); break;
  case value_source::file: line += " -r -F"; break;
  case value_source::directory: line += " -x -a '(__fish_complete_directories)'"; break;
  }
  return line + '\n';
}

} // namespace

std::string fish_completion(const std::vector<completed_command>& commands) {
  std::string steps, lines;
  for (const auto& each : commands) {
    const auto at = "-n " + quoted("__strata_at " + quoted(each.path));
    for (const auto& flag : each.flags)
      lines += flag_line(at, flag);
    if (!each.arguments.empty())
      lines += fmt::format("complete -c strata {} -a {}\n", at, quoted(fmt::format("{}", fmt::join(each.arguments, " "))));
    if (each.takes_sessions)
      lines += fmt::format("complete -c strata {} -a '(strata ls -q --state ready 2>/dev/null)'\n", at);
    if (each.path.empty())
      continue;
    std::string typed;
    for (const auto& name : each.names) {
      lines += fmt::format("complete -c strata -n {} -a {} -d {}\n", quoted("__strata_at " + quoted(each.parent)), quoted(name),
                           quoted(each.help));
      typed += " " + quoted(each.parent + " " + name);
    }
    steps += fmt::format("      case{}\n        set command {}\n", typed, quoted(each.path));
  }
  return fmt::format(R"script(# completion for strata in fish: strata completion fish | source
function __strata_at -d 'whether what is typed names that command'
  set -l command
  for word in (commandline -opc)[2..-1]
    switch "$command $word"
      case '* --'
        return 1
{}    end
  end
  test "$command" = "$argv"
end
complete -c strata -f
complete -c strata -F -n "contains -- -- (commandline -opc)"
{})script",
                     steps, lines);
}

} // namespace strata
