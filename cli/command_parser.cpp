// SPDX-License-Identifier: MIT
#include "cli/command_parser.hpp"

#include "config/escaped.hpp"
#include "config/similar.hpp"
#include "config/wrapped.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <list>

namespace strata {

namespace {

constexpr std::size_t help_column = 34;
constexpr std::size_t help_width = 84; // of the text beside it

std::string help_text(std::string_view text) { return wrapped(text, help_width); }

std::string described(const knob& each) {
  const auto fallback = each.fallback.empty() ? std::string{} : fmt::format("; default {}", each.fallback);
  return help_text(fmt::format("{} ({}{})", each.help, each.variable(), fallback));
}

/// A command, and what was typed for each of its flags; at a fixed place in memory while CLI11 writes into it.
struct node {
  CLI::App* app = nullptr;
  const command* which = nullptr;
  std::map<std::string, std::vector<std::string>> flags;
  std::map<const knob*, std::vector<std::string>> settings;
  std::list<std::string> arguments; ///< in their order; empty: not given
  std::vector<std::string> rest;    ///< of an argument that takes every word
  std::vector<std::string> config;

  bool repeated() const { return !which->arguments.empty() && which->arguments.back().repeated; }
  bool tail() const { return !which->arguments.empty() && which->arguments.back().tail; }
  result<void> read_into(invocation& given, const std::vector<std::string>& log_level) const;

  void add_flag(const std::string& name, const std::string& value_name, const std::string& help,
                std::vector<std::string>& into) const {
    if (value_name.empty())
      app->add_flag(name, into, help);
    else
      app->add_option(name, into, help)->allow_extra_args(false)->option_text(value_name);
  }

  void add_all() {
    for (const auto& flag : which->flags)
      add_flag(flag.name, flag.value_name, help_text(flag.help), flags[flag.name]);
    for (const auto& argument : which->arguments)
      (argument.repeated || argument.tail ? app->add_option(argument.name, rest, help_text(argument.help))
                                          : app->add_option(argument.name, arguments.emplace_back(), help_text(argument.help)))
        ->required(argument.required)
        ->type_name("");
    if (!which->takes_settings)
      return;
    add_flag("--config", "FILE",
             help_text("TOML file with settings (STRATA_CONFIG; default /etc/strata/strata.toml if it exists)"), config);
    for (const auto& each : knobs()) {
      add_flag(each.flag(), std::string{each.value_name}, described(each), settings[&each]);
      app->get_option(each.flag())->group(fmt::format("Settings [{}]", each.section));
    }
  }
};

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

/// Not App::help(), which would show the command that was typed instead.
std::string help_of_app(const CLI::App& app) {
  auto text = app.get_formatter()->make_help(&app, full_name(app), CLI::AppFormatMode::Normal);
  for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;)
    text.erase(at, 1);
  while (text.ends_with("\n\n"))
    text.pop_back();
  return text;
}

/// CLI11 takes the next word for the value of "--flag="; here that is an empty value.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  bool flags = true;
  for (const auto& word : words) {
    flags = flags && word != "--";
    const bool empty_value = flags && word.starts_with("--") && word.find('=') + 1 == word.size();
    out.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
    if (empty_value)
      out.emplace_back();
  }
  return out;
}

/// Whether these words name, before any argument, a command that takes as many words as there are.
bool takes_rest(const std::list<node>& nodes, const std::vector<std::string>& words) {
  for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
    if (*word == "--log-level" && std::next(word) != words.end())
      ++word;
    else if (!word->starts_with('-'))
      return std::any_of(nodes.begin(), nodes.end(),
                         [&](const node& each) { return (each.tail() || each.repeated()) && each.app->check_name(*word); });
  }
  return false;
}

error usage(const CLI::App& app, const std::string& message, const std::string& slip = {}) {
  return {errc::invalid_argument, fmt::format("{} ({}see {} --help)", message,
                                              slip.empty() ? "" : fmt::format("did you mean {}? ", slip), full_name(app))};
}

/// The first word that nothing took.
error unknown_word(const CLI::App& app, const node* here, const std::string& word) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const auto* each : app.get_options())
      known.push_back("--" + (each->get_lnames().empty() ? std::string{} : each->get_lnames().front()));
    const auto name = word.substr(0, word.find('='));
    return usage(app, "unknown flag " + in_quotes(name), most_similar(name, known));
  }
  if (here != nullptr && here->which->run)
    return usage(app, "unexpected argument " + in_quotes(word) + (here->tail() ? " (the words of a command follow --)" : ""));
  for (const auto* each : app.get_subcommands(nullptr))
    known.push_back(each->get_name());
  return usage(app, "unknown command " + in_quotes(word), most_similar(word, known));
}

result<void> node::read_into(invocation& given, const std::vector<std::string>& log_level) const {
  const auto twice = [this](const std::string& flag) { return usage(*app, flag + " is given twice"); };
  for (const auto& flag : which->flags)
    if (const auto& values = flags.at(flag.name); values.size() > 1 && !flag.repeated)
      return twice(flag.name);
    else if (!values.empty())
      given.flags[flag.name] = values;
  std::copy_if(arguments.begin(), arguments.end(), std::back_inserter(given.arguments),
               [](const auto& word) { return !word.empty(); });
  if (tail() && !rest.empty())
    return unknown_word(*app, this, rest.front());
  given.arguments.insert(given.arguments.end(), rest.begin(), rest.end());
  if (config.size() > 1)
    return twice("--config");
  if (!config.empty())
    given.sources.config_file = config.front();
  if (which->takes_settings)
    for (const auto& value : log_level)
      given.sources.flags.push_back({find_knob("log.level"), value, "--log-level"});
  for (const auto& each : knobs()) {
    if (!settings.contains(&each) || settings.at(&each).empty())
      continue;
    const auto& values = settings.at(&each);
    if (values.size() > 1 && each.kind != value_kind::list)
      return twice(each.flag());
    given.sources.flags.push_back({&each, fmt::format("{}", fmt::join(values, ",")), each.flag()});
  }
  return {};
}

} // namespace

struct command_parser::state {
  CLI::App root{"Strata runs isolated shell sessions and serves them over HTTP.", "strata"};
  std::list<node> nodes;
  bool version = false;
  std::vector<std::string> log_level; ///< before the command

  const node* of(const CLI::App* app) const {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const node& each) { return each.app == app; });
    return found == nodes.end() ? nullptr : &*found;
  }
  /// What the parse came to.
  const CLI::App& reached() const {
    const auto* app = &root;
    while (!app->get_subcommands().empty())
      app = app->get_subcommands().front();
    return *app;
  }
};

command_parser::command_parser(const std::vector<command>& commands) : state_{std::make_unique<state>()} {
  auto& root = state_->root;
  root.set_help_flag("-h,--help", "print this help and exit");
  root.add_flag("-v,--version", state_->version, "print the version and exit");
  root.add_option("--log-level", state_->log_level, "the same flag of run and check")
    ->allow_extra_args(false)
    ->option_text("LEVEL");
  root.allow_extras();
  root.require_subcommand(0, 1);
  root.get_formatter()->column_width(help_column);
  root.get_formatter()->label("OPTIONS", "FLAG...");
  root.get_formatter()->label("SUBCOMMAND", "COMMAND");
  root.get_formatter()->label("Positionals", "Arguments");
  root.get_formatter()->label("REQUIRED", "");
  for (const auto& each : commands) {
    auto* app = &root;
    for (const auto& word : each.words) {
      auto* const parent = app;
      const auto known = parent->get_subcommands([&](const CLI::App* child) { return child->get_name() == word; });
      app = known.empty() ? parent->add_subcommand(word)->group("Commands")->require_subcommand(0, 1) : known.front();
    }
    app->description(each.summary);
    for (const auto& alias : each.aliases)
      app->alias(alias);
    state_->nodes.push_back({app, &each});
    state_->nodes.back().add_all();
  }
}

command_parser::~command_parser() = default;

result<parsed_words> command_parser::parse(const std::vector<std::string>& words) {
  auto& root = state_->root;
  // CLI11 would look into a tail, and gives what comes after -- to the parent of a command that has an argument.
  const auto dashes = takes_rest(state_->nodes, words) ? std::find(words.begin(), words.end(), "--") : words.end();
  try {
    auto reversed = with_empty_values({words.begin(), dashes});
    std::reverse(reversed.begin(), reversed.end());
    root.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return asked_help{help_of_app(state_->reached())};
  } catch (const CLI::ArgumentMismatch& failure) { // "--suite: 1 required NAME missing"
    const std::string what = failure.what();
    return usage(state_->reached(), what.substr(0, what.find(':')) + " needs a value");
  } catch (const CLI::ParseError& failure) {
    return usage(state_->reached(), failure.what());
  }
  for (const auto* app = &root;; app = app->get_subcommands().front()) {
    if (const auto rest = app->remaining(); !rest.empty())
      return unknown_word(*app, state_->of(app), rest.front());
    if (app->get_subcommands().empty())
      break;
  }
  if (state_->version)
    return asked_version{};
  const auto& app = state_->reached();
  const auto* const found = state_->of(&app);
  if (found == nullptr || !found->which->run)
    return asked_help{help_of_app(app)};
  chosen_command chosen{found->which, {}};
  STRATA_CHECK(found->read_into(chosen.given, state_->log_level));
  if (dashes != words.end())
    chosen.given.arguments.insert(chosen.given.arguments.end(), dashes + 1, words.end());
  return chosen;
}

const command* command_parser::reached() const {
  const auto* const found = state_->of(&state_->reached());
  return found != nullptr && found->which->run ? found->which : nullptr;
}

result<std::string> command_parser::help_of(const std::vector<std::string>& words) const {
  const CLI::App* app = &state_->root;
  for (const auto& word : words) {
    const auto found = app->get_subcommands([&](const CLI::App* child) { return child->check_name(word); });
    if (found.empty())
      return unknown_word(*app, nullptr, word);
    app = found.front();
  }
  return help_of_app(*app);
}

} // namespace strata
