// SPDX-License-Identifier: MIT
#include "isolation/bwrap_command.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::Contains;
using testing::Not;

std::vector<std::string> command(
  overlay_driver driver, network_mode network = network_mode::none,
  const path_predicate& exists = [](std::string_view) { return false; }) {
  bwrap_spec spec;
  spec.bwrap = "/usr/bin/bwrap";
  spec.driver = driver;
  spec.network = network;
  return bwrap_command(spec, exists);
}

bool has(const std::vector<std::string>& argv, const std::vector<std::string>& words) {
  return std::search(argv.begin(), argv.end(), words.begin(), words.end()) != argv.end();
}

std::size_t position(const std::vector<std::string>& argv, const std::vector<std::string>& words) {
  return static_cast<std::size_t>(std::search(argv.begin(), argv.end(), words.begin(), words.end()) - argv.begin());
}

TEST(bwrap_command, starts_with_the_program_and_ends_with_the_agent) {
  const auto argv = command(overlay_driver::kernel);
  EXPECT_EQ("/usr/bin/bwrap", argv.front());
  EXPECT_EQ("--", argv[argv.size() - 2]);
  EXPECT_EQ("/proc/self/fd/6", argv.back());
}

TEST(bwrap_command, always_isolates) {
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse, overlay_driver::none})
    for (const auto network : {network_mode::none, network_mode::host}) {
      const auto argv = command(driver, network);
      for (const auto* flag :
           {"--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", "--new-session", "--as-pid-1", "--clearenv"})
        EXPECT_THAT(argv, Contains(flag));
      EXPECT_TRUE(has(argv, {"--cap-drop", "ALL"}));
      EXPECT_TRUE(has(argv, {"--hostname", "strata"}));
      EXPECT_THAT(argv, Not(Contains("--unshare-user")));
      EXPECT_THAT(argv, Not(Contains("--die-with-parent")));
      EXPECT_THAT(argv, Not(Contains("CAP_SYS_ADMIN")));
      EXPECT_THAT(argv, Not(Contains("CAP_SYS_PTRACE")));
      EXPECT_THAT(argv, Not(Contains("CAP_SYS_RESOURCE")));
      EXPECT_THAT(argv, Not(Contains("CAP_NET_ADMIN")));
      // bwrap would resolve such a source to the host's root
      for (std::size_t i = 1; i < argv.size(); ++i)
        EXPECT_FALSE(argv[i - 1].find("bind") != std::string::npos && argv[i].find("/fd/") != std::string::npos) << argv[i];
    }
}

TEST(bwrap_command, leaves_measures_out_only_on_request) {
  bwrap_spec spec;
  spec.driver = overlay_driver::none;
  spec.seccomp_programs = 2;
  const auto all = bwrap_command(spec, [](std::string_view) { return true; });
  EXPECT_TRUE(has(all, {"--add-seccomp-fd", "9", "--add-seccomp-fd", "10"}));
  EXPECT_EQ("--landlock", all.back());
  EXPECT_THAT(all, Not(Contains("--keep-dumpable")));
  EXPECT_THAT(all, Not(Contains("--keep-capabilities")));
  spec.measures = {seccomp_profile::off, false, false, false, false, false, false, false};
  const auto none = bwrap_command(spec, [](std::string_view) { return true; });
  EXPECT_TRUE(has(none, {"--cap-add", "ALL"}));
  EXPECT_THAT(none, Not(Contains("--cap-drop")));
  EXPECT_THAT(none, Not(Contains("--size")));
  EXPECT_THAT(none, Not(Contains("/proc/kcore")));
  EXPECT_TRUE(has(none, {"--ro-bind", "/sys", "/sys"}));
  EXPECT_TRUE(has(none, {"/proc/self/fd/6", "--keep-dumpable", "--keep-capabilities"}));
}

TEST(bwrap_command, shares_the_network_only_on_request) {
  EXPECT_THAT(command(overlay_driver::kernel), Contains("--unshare-net"));
  EXPECT_THAT(command(overlay_driver::kernel, network_mode::host), Not(Contains("--unshare-net")));
}

TEST(bwrap_command, gives_a_writable_root_or_a_writable_home) {
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse}) {
    const auto argv = command(driver);
    EXPECT_TRUE(has(argv, {"--bind", "root", "/"}));
    EXPECT_FALSE(has(argv, {"--bind", "files/home", "/root"}));
    EXPECT_THAT(argv, Not(Contains("/var/tmp")));
  }
  const auto argv = command(overlay_driver::none);
  EXPECT_TRUE(has(argv, {"--ro-bind", "root", "/"}));
  EXPECT_TRUE(has(argv, {"--bind", "files/home", "/root"}));
  EXPECT_TRUE(has(argv, {"--perms", "1777", "--size", "268435456", "--tmpfs", "/var/tmp"}));
}

TEST(bwrap_command, mounts_parents_before_what_lies_in_them) {
  const auto argv = command(overlay_driver::kernel);
  EXPECT_LT(position(argv, {"--bind", "root", "/"}), position(argv, {"--proc", "/proc"}));
  EXPECT_LT(position(argv, {"--dev", "/dev"}), position(argv, {"--perms", "1777", "--size", "67108864", "--tmpfs", "/dev/shm"}));
  EXPECT_LT(position(argv, {"--tmpfs", "/dev/shm"}), position(argv, {"--remount-ro", "/dev"}));
  EXPECT_LT(position(argv, {"--tmpfs", "/run"}), position(argv, {"--ro-bind", "shell", "/run/strata"}));
  EXPECT_TRUE(has(argv, {"--perms", "1777", "--size", "268435456", "--tmpfs", "/tmp"}));
}

TEST(bwrap_command, masks_only_what_this_kernel_has) {
  const auto argv = command(overlay_driver::kernel, network_mode::none,
                            [](std::string_view path) { return path == "/proc/sys" || path == "/proc/kcore"; });
  EXPECT_TRUE(has(argv, {"--ro-bind", "/proc/sys", "/proc/sys"}));
  EXPECT_TRUE(has(argv, {"--ro-bind", "/dev/null", "/proc/kcore"}));
  EXPECT_THAT(argv, Not(Contains("/proc/keys")));
  EXPECT_THAT(argv, Not(Contains("/proc/irq")));
}

TEST(bwrap_command, sets_the_whole_environment) {
  const auto argv = command(overlay_driver::kernel);
  EXPECT_TRUE(has(argv, {"--setenv", "HOME", "/root"}));
  EXPECT_TRUE(has(argv, {"--setenv", "USER", "root"}));
  EXPECT_TRUE(has(argv, {"--setenv", "LOGNAME", "root"}));
  EXPECT_TRUE(has(argv, {"--setenv", "TERM", "xterm-256color"}));
  EXPECT_TRUE(has(argv, {"--setenv", "LANG", "C.UTF-8"}));
  EXPECT_LT(position(argv, {"--clearenv"}), position(argv, {"--setenv", "PATH"}));
  EXPECT_TRUE(has(argv, {"--chdir", "/root"}));
}

} // namespace
} // namespace strata
