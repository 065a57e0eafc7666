// SPDX-License-Identifier: MIT
// `strata base create` that is broken off: nothing stays mounted, running or half made.
#include "tests/support/live_server.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path} << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

/// A mount namespace in which mmdebstrap is a fake that mounts as the real one does and then waits; everything else is real.
class base_create : public testing::Test {
protected:
  void SetUp() override {
    if (::geteuid() != 0)
      GTEST_SKIP() << "needs root: a plain user's mmdebstrap makes a mount namespace by itself";
    std::filesystem::create_directory(at("bases"));
    std::filesystem::copy_file("/bin/sleep", at("sleeper"));
    write(at("create"), fmt::format("#!/bin/sh\nexec '{}' base create {}\n", server_binary(), at("bases/one")));
    // Of its arguments only the tree is a directory.
    write(at("fake"), fmt::format("#!/bin/sh\n"
                                  "for tree; do [ -d \"$tree\" ] && break; done\n"
                                  "mkdir -p \"$tree/proc\" \"$tree/dev/shm\"\n"
                                  "mount -t proc proc \"$tree/proc\" && mount -t tmpfs marked \"$tree/dev/shm\" || exit 9\n"
                                  "echo data >\"$tree/file\"; cat /proc/self/mountinfo >{0}/inside\n"
                                  "setsid {0}/sleeper 1000 &\n"
                                  "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo working; done\n"
                                  "echo data >\"$tree/more\"; : >{0}/ready; {0}/sleeper 1000\n",
                                  stage.path().string()));
    write(at("await"),
          fmt::format("#!/bin/sh\nn=0; while [ ! -e {}/ready ] && [ $n -lt 3000 ]; do n=$((n+1)); sleep 0.02; done\n",
                      stage.path().string()));
  }
  std::string at(const std::string& name) const { return (stage.path() / name).string(); }

  /// What `script` prints in a namespace of its own, and what is left then.
  std::string run(const std::string& script) {
    std::filesystem::remove(at("ready"));
    write(at("run"),
          fmt::format("#!/bin/sh\nif [ -e /usr/bin/mmdebstrap ]; then mount --bind {0}/fake /usr/bin/mmdebstrap; else\n"
                      "mount -t tmpfs none /usr/local/bin; cp {0}/fake /usr/local/bin/mmdebstrap; fi\n"
                      "{1}\n"
                      "n=0; while pgrep -f '^{0}/sleeper' >/dev/null && [ $n -lt 500 ]; do n=$((n+1)); sleep 0.02; done\n"
                      "echo \"mounts $(grep -c marked /proc/self/mountinfo)\"\n"
                      "echo \"left $(ls -A {0}/bases | tr '\\n' ' ')\"\n"
                      "echo \"running $(pgrep -fc '^{0}/sleeper')\"\n",
                      stage.path().string(), script));
    return shell(fmt::format("timeout 120 unshare --mount --propagation=private {} 2>&1", at("run"))).text;
  }
  /// The fake had its mounts, so that there was something to be left.
  void expect_mounted_inside() {
    std::ifstream inside{at("inside")};
    EXPECT_THAT((std::string{std::istreambuf_iterator<char>{inside}, {}}), HasSubstr("marked"));
  }

  temporary_directory stage;
};

} // namespace

TEST_F(base_create, a_signal_ends_it_and_nothing_is_left) {
  for (const auto& [name, number] : {std::pair{"INT", 2}, {"TERM", 15}, {"HUP", 1}}) {
    // A shell's background job has INT set aside; nobody who types ^C has.
    const auto seen =
      run(fmt::format("env --default-signal=INT {}/create & pid=$!; {}/await; kill -{} $pid; wait $pid; echo \"status $?\"",
                      stage.path().string(), stage.path().string(), name));
    expect_mounted_inside();
    EXPECT_THAT(seen, HasSubstr(fmt::format("status {}\n", 128 + number)));
    EXPECT_THAT(seen, HasSubstr(fmt::format("ended by SIG{}\n", name)));
    EXPECT_THAT(seen, HasSubstr("mounts 0\nleft \nrunning 0\n"));
  }
}

TEST_F(base_create, being_killed_leaves_no_mount_and_no_process) {
  const auto seen =
    run(fmt::format("{0}/create & pid=$!; {0}/await; kill -KILL $pid; wait $pid; echo \"status $?\"", stage.path().string()));
  expect_mounted_inside();
  EXPECT_THAT(seen, HasSubstr("status 137\n"));
  EXPECT_THAT(seen, HasSubstr("mounts 0\nleft .strata-base-"));
  EXPECT_THAT(seen, HasSubstr("running 0\n"));
}

TEST_F(base_create, goes_on_when_nobody_reads_its_progress) {
  const auto seen = run(fmt::format("{{ {0}/create 2>&1; echo $? >{0}/status; }} | head -1 & {0}/await; "
                                    "pkill -TERM -f 'base create {0}/bases/one'; wait; cat {0}/status",
                                    stage.path().string()));
  expect_mounted_inside();
  EXPECT_THAT(seen, HasSubstr("143\nmounts 0\nleft \nrunning 0\n"));
}

} // namespace strata::test
