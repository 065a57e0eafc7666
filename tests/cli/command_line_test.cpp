// SPDX-License-Identifier: MIT
#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <sstream>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Commands that only remember what they were given.
class command_line_test : public testing::Test {
protected:
  int type(const std::vector<std::string>& words) {
    out.str("");
    err.str("");
    ran = "";
    return run_command_line(words, commands(), {"STRATA_UID=x"}, out, err);
  }
  std::string complaint(const std::vector<std::string>& words) {
    EXPECT_EQ(1, type(words));
    EXPECT_EQ("", out.str());
    EXPECT_EQ("", ran);
    return err.str();
  }

  std::vector<command> commands() {
    const auto remember = [this](std::string name, int code) {
      return [this, name, code](const invocation& its) -> result<int> {
        ran = name;
        given = its;
        return code;
      };
    };
    return {
      {.words = {"run"}, .aliases = {"web", "serve"}, .summary = "serve", .takes_settings = true, .run = remember("run", 0)},
      {.words = {"base"}, .summary = "bases", .run = {}},
      {.words = {"base", "create"},
       .summary = "make one",
       .arguments = {{"DIR", "where"}},
       .flags = {{"--suite", "NAME", "release"}, {"--package", "NAME", "more", true}, {"--json", "", "as JSON"}},
       .run = remember("create", 3)},
      {.words = {"fail"},
       .summary = "fail",
       .run = [](const invocation&) -> result<int> {
         return error{errc::internal, "do it: no"};
       }},
      {.words = {"exec"},
       .aliases = {"x"},
       .summary = "run words",
       .arguments = {{"WHERE", "place"}, {.name = "CMD", .help = "words", .required = false, .tail = true}},
       .flags = {{"-e,--env", "NAME=VALUE", "more", true}, {"--json", "", "as JSON"}},
       .run = remember("exec", 0),
       .failure_code = [](const error& failure) { return failure.code == errc::invalid_argument ? 125 : 1; }},
      {.words = {"rm"},
       .summary = "remove",
       .arguments = {{.name = "NAME", .help = "which", .required = false, .repeated = true}},
       .run = remember("rm", 0)},
    };
  }

  std::ostringstream out, err;
  std::string ran;
  invocation given;
};

TEST_F(command_line_test, no_words_print_help_and_succeed) {
  EXPECT_EQ(0, type({}));
  EXPECT_THAT(out.str(), HasSubstr("Usage: strata [FLAG...] [COMMAND]"));
  EXPECT_THAT(out.str(), HasSubstr("run, web, serve"));
  EXPECT_EQ("", err.str());
  const auto bare = out.str();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"help"}, {"--help"}, {"-h"}}) {
    EXPECT_EQ(0, type(words));
    EXPECT_EQ(bare, out.str());
  }
}

TEST_F(command_line_test, every_command_has_help) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
    {{"run"}, "Usage: strata run [FLAG...]"},
    {{"serve"}, "Usage: strata run [FLAG...]"},
    {{"base"}, "Usage: strata base [FLAG...] [COMMAND]"},
    {{"base", "create"}, "Usage: strata base create [FLAG...] DIR"},
    {{"version"}, "Usage: strata version"},
    {{"help"}, "Usage: strata help"},
  };
  for (const auto& [words, expected] : table) {
    for (const auto* const flag : {"--help", "-h"}) {
      auto typed = words;
      typed.emplace_back(flag);
      EXPECT_EQ(0, type(typed));
      EXPECT_THAT(out.str(), HasSubstr(expected));
    }
    auto asked = words;
    asked.insert(asked.begin(), "help");
    if (words.front() != "help") {
      EXPECT_EQ(0, type(asked));
      EXPECT_THAT(out.str(), HasSubstr(expected));
    }
    EXPECT_EQ("", ran);
  }
  EXPECT_EQ(0, type({"base"}));
  EXPECT_THAT(out.str(), HasSubstr("Usage: strata base"));
}

TEST_F(command_line_test, help_of_the_server_shows_every_setting) {
  EXPECT_EQ(0, type({"run", "--help"}));
  for (const auto& each : knobs()) {
    EXPECT_THAT(out.str(), HasSubstr("  " + each.flag()));
    EXPECT_THAT(out.str(), HasSubstr(each.variable()));
  }
}

TEST_F(command_line_test, version_in_three_ways) {
  for (const auto* const word : {"version", "--version", "-v"}) {
    EXPECT_EQ(0, type({word}));
    EXPECT_EQ("strata " + version_text() + "\n", out.str());
  }
}

TEST_F(command_line_test, settings_become_values_with_their_origin) {
  EXPECT_EQ(0, type({"serve", "--max-sessions", "5", "--addr=:1", "--addr", ":2", "--allow-anonymous", "--isolate-network=false",
                     "--access-log=", "--session-root", "", "--config", "/x.toml"}));
  EXPECT_EQ("run", ran);
  EXPECT_EQ("/x.toml", given.sources.config_file);
  EXPECT_THAT(given.sources.environment, ElementsAre("STRATA_UID=x"));
  std::map<std::string, std::string> seen;
  for (const auto& each : given.sources.flags)
    seen[each.origin + " " + each.which->key()] = each.value;
  const std::map<std::string, std::string> expected{
    {"--max-sessions sandbox.max_sessions", "5"},
    {"--addr server.addr", ":1,:2"},
    {"--allow-anonymous server.allow_anonymous", "true"},
    {"--isolate-network sandbox.isolate_network", "false"},
    {"--access-log server.access_log", ""},
    {"--session-root sandbox.session_root", ""},
  };
  EXPECT_EQ(expected, seen);
}

TEST_F(command_line_test, the_log_level_may_come_before_the_command_and_after_it_counts_more) {
  EXPECT_EQ(0, type({"--log-level", "debug", "run", "--log-level", "warn"}));
  ASSERT_EQ(2U, given.sources.flags.size());
  EXPECT_EQ("debug", given.sources.flags[0].value);
  EXPECT_EQ("warn", given.sources.flags[1].value);
}

TEST_F(command_line_test, flags_and_arguments_of_a_command) {
  EXPECT_EQ(3, type({"base", "create", "--package", "a", "dir", "--package=b", "--suite", "sid", "--json"}));
  EXPECT_EQ("create", ran);
  EXPECT_THAT(given.arguments, ElementsAre("dir"));
  EXPECT_THAT(given.flags.at("--package"), ElementsAre("a", "b"));
  EXPECT_EQ("sid", given.value("--suite"));
  EXPECT_TRUE(given.has("--json"));
  EXPECT_EQ(3, type({"base", "create", "[a,b]", "--package", "[c,d]"}));
  EXPECT_THAT(given.arguments, ElementsAre("[a,b]"));
  EXPECT_THAT(given.flags.at("--package"), ElementsAre("[c,d]"));
  EXPECT_FALSE(given.has("--json"));
}

TEST_F(command_line_test, what_is_not_understood_is_said_on_standard_error) {
  EXPECT_EQ("strata: unknown command \"frob\" (see strata --help)\n", complaint({"frob"}));
  EXPECT_EQ("strata: unknown command \"rum\" (did you mean run? see strata --help)\n", complaint({"rum", "--addr", ":1"}));
  EXPECT_EQ("strata: unknown command \"\" (see strata --help)\n", complaint({""}));
  EXPECT_EQ("strata: unknown command \"a\\nb\\x1b[31m\" (see strata --help)\n", complaint({"a\nb\x1b[31m"}));
  EXPECT_EQ("strata: unknown command \"creat\" (did you mean create? see strata base --help)\n", complaint({"base", "creat"}));
  EXPECT_EQ("strata: unknown command \"frob\" (see strata --help)\n", complaint({"help", "frob"}));
  EXPECT_EQ("strata: unknown flag \"--adr\" (did you mean --addr? see strata run --help)\n", complaint({"run", "--adr=:1"}));
  EXPECT_EQ("strata: unknown flag \"--bogus\" (see strata --help)\n", complaint({"--bogus"}));
  EXPECT_EQ("strata: unexpected argument \"x\" (see strata run --help)\n", complaint({"run", "x"}));
  EXPECT_EQ("strata: unexpected argument \"check\" (see strata run --help)\n", complaint({"run", "check"}));
  EXPECT_EQ("strata: unexpected argument \"b\" (see strata base create --help)\n", complaint({"base", "create", "a", "b"}));
  EXPECT_EQ("strata: DIR is required (see strata base create --help)\n", complaint({"base", "create"}));
  EXPECT_EQ("strata: --suite needs a value (see strata base create --help)\n", complaint({"base", "create", "d", "--suite"}));
  EXPECT_EQ("strata: --max-sessions is given twice (see strata run --help)\n",
            complaint({"run", "--max-sessions=1", "--max-sessions=2"}));
  EXPECT_EQ("strata: --suite is given twice (see strata base create --help)\n",
            complaint({"base", "create", "d", "--suite", "a", "--suite", "a"}));
}

TEST_F(command_line_test, an_error_of_a_command_is_one_line_and_exit_code_1) {
  EXPECT_EQ(1, type({"fail"}));
  EXPECT_EQ("", out.str());
  EXPECT_EQ("strata: do it: no\n", err.str());
}

TEST_F(command_line_test, help_writes_the_settings_documents) {
  EXPECT_EQ(0, type({"help", "--settings-markdown"}));
  EXPECT_THAT(out.str(), StartsWith("# Settings\n"));
  EXPECT_EQ(0, type({"help", "--settings-toml"}));
  EXPECT_THAT(out.str(), HasSubstr("\n[server]\n"));
}

TEST_F(command_line_test, words_after_dashes_are_taken_as_they_are) {
  EXPECT_EQ(0, type({"exec", "a", "--json", "--", "ls", "-la", "--json", "", "[x,y]", "{}", "%%", "--", "--env="}));
  EXPECT_THAT(given.arguments, ElementsAre("a", "ls", "-la", "--json", "", "[x,y]", "{}", "%%", "--", "--env="));
  EXPECT_TRUE(given.has("--json"));
  EXPECT_EQ(0, type({"--log-level", "debug", "x", "a", "--", "run"}));
  EXPECT_THAT(given.arguments, ElementsAre("a", "run"));
  EXPECT_EQ(0, type({"exec", "a", "-e", "A=[1,2]", "--env", "B={}", "--"}));
  EXPECT_THAT(given.arguments, ElementsAre("a"));
  EXPECT_THAT(given.flags.at("-e,--env"), ElementsAre("A=[1,2]", "B={}"));
}

TEST_F(command_line_test, words_before_dashes_are_no_tail) {
  EXPECT_EQ(125, type({"exec", "a", "ls"}));
  EXPECT_EQ("strata: unexpected argument \"ls\" (the words of a command follow --) (see strata exec --help)\n", err.str());
  EXPECT_EQ("", ran);
}

TEST_F(command_line_test, a_command_has_its_own_code_for_failures) {
  EXPECT_EQ(125, type({"exec", "--frob"}));
  EXPECT_EQ(125, type({"exec"}));
  EXPECT_EQ(1, type({"frob"}));
  EXPECT_EQ(1, type({"fail"}));
}

TEST_F(command_line_test, a_repeated_argument_takes_what_is_left) {
  EXPECT_EQ(0, type({"rm"}));
  EXPECT_TRUE(given.arguments.empty());
  EXPECT_EQ(0, type({"rm", "a/b", "--", "-c/d", "e"}));
  EXPECT_THAT(given.arguments, ElementsAre("a/b", "-c/d", "e"));
}

} // namespace
} // namespace strata
