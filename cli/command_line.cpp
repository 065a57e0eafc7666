// SPDX-License-Identifier: MIT
#include "cli/command_line.hpp"

#include "cli/command_parser.hpp"
#include "cli/completion/completion.hpp"
#include "config/settings_docs.hpp"

namespace strata {

namespace {

constexpr auto done_here = [](const invocation&) -> result<int> { return 0; };

command version_command() { return {.words = {"version"}, .summary = "print the version", .run = done_here}; }

command help_command() {
  return {.words = {"help"},
          .summary = "print help about a command",
          .arguments = {{"COMMAND", "whose help; none: of strata", false}, {"PART", "of a command of two words", false}},
          .flags = {{"--settings-markdown", "", "print docs/settings.md instead"},
                    {"--settings-toml", "", "print a settings file with every default instead"}},
          .run = done_here};
}

command completion_command() {
  return {.words = {"completion"},
          .summary = "print a script that completes strata in a shell: eval \"$(strata completion bash)\"",
          .arguments = {{"bash|zsh|fish", "which"}},
          .run = done_here};
}

result<int> help(const command_parser& parser, const invocation& given, std::ostream& out) {
  if (given.has("--settings-markdown"))
    out << settings_markdown();
  else if (given.has("--settings-toml"))
    out << settings_example();
  else {
    STRATA_TRY(const auto text, parser.help_of(given.arguments));
    out << text;
  }
  return 0;
}

} // namespace

std::string version_text() { return STRATA_VERSION; }

int run_command_line(const std::vector<std::string>& words, const std::vector<command>& commands,
                     const std::vector<std::string>& environment, std::ostream& out, std::ostream& err) {
  auto all = commands;
  all.push_back(version_command());
  all.push_back(help_command());
  all.push_back(completion_command());
  command_parser parser{all};

  const auto run = [&]() -> result<int> {
    STRATA_TRY(auto parsed, parser.parse(words));
    if (const auto* asked = std::get_if<asked_help>(&parsed)) {
      out << asked->text;
      return 0;
    }
    auto* const chosen = std::get_if<chosen_command>(&parsed);
    if (chosen == nullptr || chosen->which->words.front() == "version") {
      out << "strata " << version_text() << '\n';
      return 0;
    }
    if (chosen->which->words.front() == "help")
      return help(parser, chosen->given, out);
    if (chosen->which->words.front() == "completion") {
      STRATA_TRY(const auto script, completion_script(chosen->given.arguments.front(), all));
      out << script;
      return 0;
    }
    chosen->given.sources.environment = environment;
    return chosen->which->run(chosen->given);
  };
  const auto outcome = run();
  out.flush();
  if (outcome)
    return *outcome;
  err << "strata: " << outcome.error().message << '\n';
  const auto* const reached = parser.reached();
  return reached == nullptr ? 1 : reached->failure_code(outcome.error());
}

} // namespace strata
