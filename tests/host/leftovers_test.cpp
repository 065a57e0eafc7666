// SPDX-License-Identifier: MIT
// What a killed server leaves is ended by the next one of the same root.
#include "isolation/launch.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"
#include "tests/host/live_host.hpp"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;

// Returns when it has said "ready"; its last words otherwise.
std::string run_victim(const std::string& root, std::string_view driver, int sessions, unique_fd& process) {
  std::array<int, 2> ends{};
  EXPECT_EQ(0, ::pipe2(ends.data(), O_CLOEXEC));
  const unique_fd output{ends[0]};
  unique_fd writer{ends[1]};
  const std::vector<std::string> argv{"/usr/bin/env",
                                      "STRATA_LIBEXEC=" + libexec_directory().value(),
                                      libexec_directory().value() + "/host_victim",
                                      root,
                                      std::string{driver},
                                      fmt::format("{}", sessions)};
  auto started = spawn_program("victim", argv, {{writer.get(), 1}, {writer.get(), 2}});
  EXPECT_TRUE(started);
  writer.reset();
  process = std::move(*started);
  std::string said;
  for (pollfd wait{output.get(), POLLIN, 0}; said.find("ready\n") == std::string::npos && ::poll(&wait, 1, 60'000) == 1;) {
    std::array<char, 4096> bytes;
    const auto size = ::read(output.get(), bytes.data(), bytes.size());
    if (size <= 0)
      break;
    said.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return said;
}

bool has_ended(const unique_fd& process) {
  pollfd wait{process.get(), POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

class killed_server : public testing::TestWithParam<overlay_driver> {};

TEST_P(killed_server, leaves_sessions_that_the_next_one_ends) {
  const own_directory directory;
  unique_fd victim;
  ASSERT_EQ("ready\n", run_victim(directory.session_root(), to_string(GetParam()), 3, victim));
  kill_and_reap(victim);
  std::vector<unique_fd> agents;
  const auto sessions = directory.path() / "sessions/sessions";
  for (const auto& entry : fs::directory_iterator{sessions}) {
    const unique_fd session{::open(entry.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    auto agent = connect_agent(session.get());
    ASSERT_TRUE(agent) << "a session died with its server: " << agent.error().message;
    agents.push_back(std::move(agent->agent));
  }
  ASSERT_EQ(3U, agents.size());

  host_options options;
  options.session_root = directory.session_root();
  options.driver = GetParam();
  std::vector<std::string> problems;
  options.problem = [&problems](const std::string& text) { problems.push_back(text); };
  const auto host = open_sandbox_host(options);
  ASSERT_TRUE(host) << host.error().message;
  for (const auto& agent : agents)
    EXPECT_TRUE(has_ended(agent));
  EXPECT_TRUE(fs::is_empty(sessions));
  EXPECT_TRUE(becomes_empty(directory.path() / "sessions/trash"));
  ASSERT_EQ(1U, problems.size()) << testing::PrintToString(problems);
  EXPECT_EQ("ended 3 sessions that an earlier server left", problems[0]);
}

INSTANTIATE_TEST_SUITE_P(with, killed_server, testing::Values(overlay_driver::kernel, overlay_driver::fuse),
                         [](const auto& one) { return std::string{to_string(one.param)}; });

TEST(next_server, replaces_a_half_made_skeleton) {
  const own_directory directory;
  host_options options;
  options.session_root = directory.session_root();
  options.driver = overlay_driver::kernel;
  for (int round = 0; round < 2; ++round) {
    const auto host = open_sandbox_host(options);
    ASSERT_TRUE(host) << host.error().message;
    const auto base = directory.path() / "sessions/base";
    EXPECT_FALSE(fs::exists(base / "root.new"));
    EXPECT_FALSE(fs::exists(base / "root/odd"));
    EXPECT_TRUE(fs::exists(base / "root/etc/passwd"));
    fs::create_directories(base / "root.new/etc/half");
    fs::create_directories(base / "root/odd");
  }
}

} // namespace
} // namespace strata::test
