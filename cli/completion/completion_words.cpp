// SPDX-License-Identifier: MIT
#include "cli/completion/completion_words.hpp"

#include "config/knob.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

/// "none|host" names what can be given.
std::vector<std::string> choices_of(std::string_view value_name) {
  std::vector<std::string> choices;
  if (value_name.find('|') == value_name.npos)
    return choices;
  for (std::size_t at = 0; at <= value_name.size();) {
    const auto bar = std::min(value_name.find('|', at), value_name.size());
    choices.emplace_back(value_name.substr(at, bar - at));
    at = bar + 1;
  }
  return choices;
}

/// FILE and DIR tell where to look.
completed_flag flag_of(const std::string& names, const std::string& value_name, const std::string& help) {
  const auto comma = names.find(',');
  completed_flag flag{comma == names.npos ? names : names.substr(comma + 1), comma == names.npos ? "" : names.substr(0, comma),
                      help};
  if (value_name.empty())
    return flag;
  flag.choices = choices_of(value_name);
  flag.value = value_name == "FILE"    ? value_source::file
               : value_name == "DIR"   ? value_source::directory
               : !flag.choices.empty() ? value_source::choices
                                       : value_source::unknown;
  return flag;
}

completed_command entry_of(const command& each) {
  const std::vector<std::string> before{each.words.begin(), each.words.end() - 1};
  completed_command entry{.path = fmt::format("{}", fmt::join(each.words, " ")),
                          .names = {each.words.back()},
                          .parent = fmt::format("{}", fmt::join(before, " ")),
                          .help = each.summary,
                          .flags = {flag_of("-h,--help", "", "print this help and exit")},
                          .takes_sessions = !each.arguments.empty() && each.arguments.front().name == "SESSION"};
  if (!each.arguments.empty())
    entry.arguments = choices_of(each.arguments.front().name);
  entry.names.insert(entry.names.end(), each.aliases.begin(), each.aliases.end());
  for (const auto& flag : each.flags)
    entry.flags.push_back(flag_of(flag.name, flag.value_name, flag.help));
  if (!each.takes_settings)
    return entry;
  entry.flags.push_back(flag_of("--config", "FILE", "TOML file with settings"));
  for (const auto& knob : knobs())
    entry.flags.push_back(flag_of(knob.flag(), std::string{knob.value_name}, std::string{knob.help}));
  return entry;
}

} // namespace

std::vector<completed_command> completed_commands(const std::vector<command>& commands) {
  std::vector<completed_command> entries{
    {.flags = {flag_of("-h,--help", "", "print this help and exit"), flag_of("-v,--version", "", "print the version and exit")}}};
  std::transform(commands.begin(), commands.end(), std::back_inserter(entries), entry_of);
  return entries;
}

std::string steps_between(const std::vector<completed_command>& commands) {
  std::string steps;
  for (const auto& each : commands) {
    if (each.path.empty())
      continue;
    std::vector<std::string> typed;
    for (const auto& name : each.names)
      typed.push_back(in_shell_quotes(each.parent + " " + name));
    steps += fmt::format("      {}) command={} ;;\n", fmt::join(typed, "|"), in_shell_quotes(each.path));
  }
  return steps;
}

std::string flag_pattern(const completed_command& at, const completed_flag& flag) {
  auto pattern = in_shell_quotes(at.path + " " + flag.name);
  if (!flag.short_name.empty())
    pattern += "|" + in_shell_quotes(at.path + " " + flag.short_name);
  return pattern;
}

std::string in_shell_quotes(const std::string& text) {
  std::string out{"'"};
  for (const char c : text)
    out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

std::string quoted_words(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  std::transform(words.begin(), words.end(), std::back_inserter(quoted), in_shell_quotes);
  return fmt::format("{}", fmt::join(quoted, " "));
}

} // namespace strata
