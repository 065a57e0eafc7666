// SPDX-License-Identifier: MIT
// The command line: what it prints and how it ends.
#include "tests/support/live_server.hpp"
#include "tests/support/shell.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

/// Runs the binary to its end; `arguments` are shell words, the text has both streams. A server that starts by mistake is
/// ended after a while.
shell_answer strata(const std::string& arguments) {
  return shell(fmt::format("exec timeout 60 '{}' {} 2>&1 </dev/null", server_binary(), arguments));
}

TEST(commands, bare_strata_prints_help) {
  auto help = strata("");
  EXPECT_EQ(help.exit_code, 0);
  for (const auto* word : {"run", "check", "--version"})
    EXPECT_THAT(help.text, HasSubstr(word));
  EXPECT_EQ(strata("--help").exit_code, 0);
  EXPECT_THAT(strata("run --help").text, HasSubstr("--session-root"));
}

TEST(commands, version_is_told) {
  for (const auto* flag : {"--version", "-v"}) {
    auto version = strata(flag);
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_THAT(version.text, testing::ContainsRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  }
}

TEST(commands, an_unknown_command_fails) {
  EXPECT_EQ(strata("frobnicate").exit_code, 1);
  EXPECT_NE(strata("run --frobnicate").exit_code, 0);
}

TEST(commands, a_malformed_setting_is_named_with_what_is_allowed) {
  temporary_directory stage;
  const auto root = fmt::format("--addr 127.0.0.1:0 --session-root {}/s", stage.path().string());
  auto duration = strata("run " + root + " --session-ttl banana");
  EXPECT_NE(duration.exit_code, 0);
  EXPECT_THAT(duration.text, HasSubstr("session-ttl"));
  EXPECT_THAT(duration.text, HasSubstr("banana"));
  auto driver = strata("run " + root + " --overlay-driver floppy");
  EXPECT_NE(driver.exit_code, 0);
  for (const auto* word : {"overlay-driver", "floppy", "kernel", "fuse", "none"})
    EXPECT_THAT(driver.text, HasSubstr(word));
  EXPECT_NE(strata("run " + root + " --max-sessions 0").exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(stage.path() / "s")) << "a start that is refused makes nothing";
}

TEST(commands, other_addresses_than_loopback_need_allow_anonymous) {
  temporary_directory stage;
  auto refused = strata(fmt::format("run --addr 0.0.0.0:0 --session-root {}/s", stage.path().string()));
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.text, HasSubstr("allow-anonymous"));
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
  EXPECT_EQ(check.exit_code, 0) << check.text;
  for (const auto* need : {"bubblewrap", "user namespaces", "kernel", "fuse", "session root"})
    EXPECT_THAT(check.text, HasSubstr(need)) << check.text;
  EXPECT_EQ(mounts_with(stage.path().string()), "");
  auto bad = strata("check --session-root /proc/nowhere");
  EXPECT_NE(bad.exit_code, 0);
  EXPECT_THAT(bad.text, HasSubstr("/proc/nowhere"));
}

} // namespace

} // namespace strata::test
