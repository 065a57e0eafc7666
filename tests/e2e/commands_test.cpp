// SPDX-License-Identifier: MIT
// The command line: what it prints and how it ends.
#include "tests/support/live_server.hpp"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

struct ended {
  int status = -1;
  std::string output; ///< both streams
};

/// Runs the binary to its end; `arguments` are shell words. A server that starts by mistake is ended after a while.
ended strata(const std::string& arguments) {
  std::string command = "exec env -i";
  for (const auto& each : tested_environment({}))
    command += fmt::format(" '{}'", each);
  command += fmt::format(" timeout 60 '{}' {} 2>&1 </dev/null", server_binary(), arguments);
  ended result;
  FILE* pipe = ::popen(command.c_str(), "r");
  char chunk[4096];
  for (std::size_t got; (got = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;)
    result.output.append(chunk, got);
  const int status = ::pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

TEST(commands, bare_strata_prints_help) {
  auto help = strata("");
  EXPECT_EQ(help.status, 0);
  for (const auto* word : {"run", "check", "--version"})
    EXPECT_THAT(help.output, HasSubstr(word));
  EXPECT_EQ(strata("--help").status, 0);
  EXPECT_THAT(strata("run --help").output, HasSubstr("--session-root"));
}

TEST(commands, version_is_told) {
  for (const auto* flag : {"--version", "-v"}) {
    auto version = strata(flag);
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.output, testing::ContainsRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  }
}

TEST(commands, an_unknown_command_fails) {
  EXPECT_EQ(strata("frobnicate").status, 1);
  EXPECT_NE(strata("run --frobnicate").status, 0);
}

TEST(commands, a_malformed_setting_is_named_with_what_is_allowed) {
  temporary_directory stage;
  const auto root = fmt::format("--addr 127.0.0.1:0 --session-root {}/s", stage.path().string());
  auto duration = strata("run " + root + " --session-ttl banana");
  EXPECT_NE(duration.status, 0);
  EXPECT_THAT(duration.output, HasSubstr("session-ttl"));
  EXPECT_THAT(duration.output, HasSubstr("banana"));
  auto driver = strata("run " + root + " --overlay-driver floppy");
  EXPECT_NE(driver.status, 0);
  for (const auto* word : {"overlay-driver", "floppy", "kernel", "fuse", "none"})
    EXPECT_THAT(driver.output, HasSubstr(word));
  EXPECT_NE(strata("run " + root + " --max-sessions 0").status, 0);
  EXPECT_FALSE(std::filesystem::exists(stage.path() / "s")) << "a start that is refused makes nothing";
}

TEST(commands, other_addresses_than_loopback_need_allow_anonymous) {
  temporary_directory stage;
  auto refused = strata(fmt::format("run --addr 0.0.0.0:0 --session-root {}/s", stage.path().string()));
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.output, HasSubstr("allow-anonymous"));
}

TEST(commands, variables_of_the_seed_are_read_and_unknown_ones_named) {
  temporary_directory stage;
  live_server server{{.arguments = {},
                      .environment = {{"STRATA_SANDBOX_MAX_SESSIONS", "7"}, {"STRATA_SANDBOX_SESSION_TTL", "1h30m"}},
                      .session_root = {}}};
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THROW((live_server{{.arguments = {}, .environment = {{"STRATA_SANDBOX_SESSION_TTL", "forever"}}, .session_root = {}}}),
               std::runtime_error);
  EXPECT_THROW((live_server{{.arguments = {}, .environment = {{"STRATA_SANDBOX_MAX_SESION", "7"}}, .session_root = {}}}),
               std::runtime_error);
}

TEST(commands, check_names_every_need_and_whether_the_server_can_run) {
  temporary_directory stage;
  auto check = strata(fmt::format("check --session-root {}/s", stage.path().string()));
  EXPECT_EQ(check.status, 0) << check.output;
  for (const auto* need : {"bubblewrap", "user namespaces", "kernel", "fuse", "session root"})
    EXPECT_THAT(check.output, HasSubstr(need)) << check.output;
  EXPECT_EQ(mounts_with(stage.path().string()), "");
  auto bad = strata("check --session-root /proc/nowhere");
  EXPECT_NE(bad.status, 0);
  EXPECT_THAT(bad.output, HasSubstr("/proc/nowhere"));
}

} // namespace

} // namespace strata::test
