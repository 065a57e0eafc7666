// SPDX-License-Identifier: MIT
#include "config/settings_docs.hpp"

#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <string>
#include <sys/wait.h>

namespace strata {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct outcome {
  int exit_code = -1;
  std::string text;
};

/// The real program by a shell, without settings of whoever runs the test: `words` may redirect.
outcome strata(const std::string& words) {
  const auto line = "env -i PATH=/usr/bin:/bin STRATA_CONFIG=/dev/null " + words;
  outcome seen;
  auto* const pipe = ::popen(line.c_str(), "re");
  std::array<char, 4096> part;
  while (const auto count = std::fread(part.data(), 1, part.size(), pipe))
    seen.text.append(part.data(), count);
  const int status = ::pclose(pipe);
  seen.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return seen;
}

const std::string program = STRATA_PROGRAM;

TEST(program, prints_help_when_bare) {
  const auto bare = strata(program + " 2>/dev/null");
  EXPECT_EQ(0, bare.exit_code);
  EXPECT_THAT(bare.text, HasSubstr("Usage: strata"));
  for (const auto* const command : {"run", "web", "serve", "check", "base", "version", "help"})
    EXPECT_THAT(bare.text, HasSubstr(command));
  for (const auto* const words : {"run", "check", "base", "base create", "version", "help"})
    EXPECT_THAT(strata(program + " " + words + " --help").text, HasSubstr("Usage: strata " + std::string{words})) << words;
}

TEST(program, tells_its_version) { EXPECT_EQ("strata " STRATA_VERSION "\n", strata(program + " -v").text); }

TEST(program, complains_on_standard_error_and_fails) {
  const auto silent = strata(program + " frob 2>/dev/null");
  EXPECT_EQ(1, silent.exit_code);
  EXPECT_EQ("", silent.text);
  EXPECT_EQ("strata: unknown command \"frob\" (see strata --help)\n", strata(program + " frob 2>&1").text);
}

TEST(program, does_not_start_with_a_setting_it_does_not_understand) {
  const std::pair<const char*, const char*> table[] = {
    {"STRATA_SANDBOX_SESSION_TTL=soon",
     "strata: read setting sandbox.session_ttl from STRATA_SANDBOX_SESSION_TTL: \"soon\" is no duration (allowed: "},
    {"STRATA_SERVER_ADDRESS=x",
     "strata: read settings from the environment: unknown variable STRATA_SERVER_ADDRESS (did you mean "
     "STRATA_SERVER_ADDR?)\n"},
    {"STRATA_CONFIG=/nonexistent.toml", "strata: open settings file /nonexistent.toml: no such file or directory\n"},
    {"STRATA_SERVER_ADDR=0.0.0.0:0",
     "strata: listen on 0.0.0.0:0: not a loopback address, and without API keys everybody who reaches it may "
     "run commands (add --allow-anonymous if that is what you want)\n"},
    {"STRATA_SERVER_ACCESS_LOG=/nonexistent/log", "strata: open log file /nonexistent/log: no such file or directory\n"},
  };
  for (const auto& [variable, expected] : table) {
    const auto seen = strata(std::string{variable} + " " + program + " run 2>&1");
    EXPECT_EQ(1, seen.exit_code) << variable;
    EXPECT_THAT(seen.text, StartsWith(expected));
  }
}

TEST(program, prints_the_settings_documents) {
  EXPECT_EQ(settings_markdown(), strata(program + " help --settings-markdown").text);
  EXPECT_EQ(settings_example(), strata(program + " help --settings-toml").text);
}

} // namespace
} // namespace strata
