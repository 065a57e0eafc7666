// SPDX-License-Identifier: MIT
// What a session looks like from inside, and what is left of it on the host, with every driver and kind of base.
#include "isolation/pidfd.hpp"
#include "tests/launch/scene.hpp"

#include <array>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <poll.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

struct combination {
  overlay_driver driver;
  base_kind kind;
};

std::string name_of(const testing::TestParamInfo<combination>& info) {
  constexpr const char* drivers[] = {"automatic", "kernel", "fuse", "none"};
  return fmt::format("{}_{}", drivers[static_cast<int>(info.param.driver)],
                     info.param.kind == base_kind::host ? "host" : "rootfs");
}

class launched_sandbox : public testing::TestWithParam<combination> {
protected:
  void SetUp() override {
    auto made = launch(scene_.order());
    ASSERT_TRUE(made) << made.error().message;
    sandbox_ = std::move(*made);
  }
  void TearDown() override {
    if (sandbox_.agent) {
      EXPECT_TRUE(end(sandbox_));
      EXPECT_EQ("", processes_left());
      EXPECT_EQ("", mounts_with(scene_.path().string()));
    }
  }
  std::string inside(const std::string& command) { return run(sandbox_, command).output; }
  int status(const std::string& command) { return run(sandbox_, command).status; }
  bool writable_root() const { return GetParam().driver != overlay_driver::none; }
  bool writable_usr() const {
    return writable_root() && (GetParam().kind == base_kind::rootfs || scene_.ids.kind == id_map_kind::range);
  }

  scene scene_{GetParam().kind, GetParam().driver};
  launched sandbox_;
};

TEST_P(launched_sandbox, is_process_1_of_its_own_namespaces) {
  EXPECT_EQ("strata\n", inside("hostname"));
  EXPECT_EQ(1, namespace_pids(sandbox_.agent).back());
  // Only loopback, and no way to anywhere
  EXPECT_EQ("", inside("grep -v ^Iface /proc/net/route"));
  EXPECT_EQ(0, status("grep -q 'lo:' /proc/net/dev && ! grep -v -e lo: -e '|' /proc/net/dev"));
  for (const auto* name : {"pid", "ipc", "uts", "mnt", "user", "net"}) {
    const auto host = fs::read_symlink(fmt::format("/proc/self/ns/{}", name)).string();
    EXPECT_THAT(inside(fmt::format("stat -c %N /proc/self/ns/{}", name)), Not(HasSubstr(host)));
  }
}

TEST_P(launched_sandbox, never_maps_the_hosts_root) {
  const auto count = scene_.ids.range.count;
  // Inside, the map is that from the outer user namespace, which has the same ids; the host sees its own.
  const auto map = fmt::format("/proc/{}/uid_map", namespace_pids(sandbox_.agent).front());
  unsigned inside_id = 1;
  unsigned first = 0;
  unsigned mapped = 0;
  std::ifstream{map} >> inside_id >> first >> mapped;
  EXPECT_EQ((std::array{0U, scene_.ids.range.first, count}), (std::array{inside_id, first, mapped}));
  ASSERT_EQ(0, status("touch /root/mine"));
  const auto file = scene_.files() / (writable_root() ? "u0/root/mine" : "home/mine");
  const auto owner = [&] { return on_host("stat -c %u:%g " + file.string()); };
  // Where on_host() is root over subordinate ids, 1 is the first of them.
  const auto shown = scene_.ids.kind == id_map_kind::subid_range ? 1U : scene_.ids.range.first;
  EXPECT_EQ(fmt::format("{0}:{0}\n", shown), owner());
  if (count > 33) {
    ASSERT_EQ(0, status("chown 33:33 /root/mine"));
    EXPECT_EQ(fmt::format("{0}:{0}\n", shown + 33), owner());
  }
}

TEST_P(launched_sandbox, writes_where_it_may_and_leaves_the_base_alone) {
  EXPECT_EQ(writable_root(), status("echo changed >/etc/marker && rm /etc/passwd && mkdir /new") == 0);
  EXPECT_EQ(writable_usr(), status("touch /usr/new /usr/bin/new && rm /usr/bin/head") == 0);
  EXPECT_EQ(writable_root() ? "changed\n" : "base\n", inside("cat /etc/marker"));
  EXPECT_EQ(writable_root(), status("[ -e /etc/passwd ]") != 0);
  EXPECT_EQ(0, status("touch /root/x /tmp/x /var/tmp/x /run/x /dev/shm/x"));
  EXPECT_NE(0, status("touch /sys/x 2>/dev/null"));
  EXPECT_NE(0, status("touch /dev/x 2>/dev/null"));
  const auto base = scene_.base_path();
  EXPECT_EQ("base\n", on_host("cat " + (base / "etc/marker").string()));
  EXPECT_EQ("", on_host(fmt::format("ls {0}/etc/passwd >/dev/null; ls -d {0}/new {0}/usr/new /usr/new /usr/bin/new 2>/dev/null",
                                    base.string())));
  EXPECT_TRUE(fs::exists("/usr/bin/head"));
}

TEST_P(launched_sandbox, has_the_promised_surroundings) {
  EXPECT_EQ("1777\n1777\n1777\n", inside("stat -c %a /tmp /dev/shm /var/tmp"));
  EXPECT_EQ("/root\n", inside("pwd"));
  const auto environment = inside("env | sort");
  EXPECT_EQ(
    "HOME=/root\nLANG=C.UTF-8\nLOGNAME=root\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD=/root\n"
    "SHELL=/bin/bash\nTERM=xterm-256color\nUSER=root\n",
    environment);
  EXPECT_EQ("", inside("ls /sys"));
  EXPECT_EQ("", inside("ls /run/strata"));
}

TEST_P(launched_sandbox, is_without_privilege) {
  const auto status_file = inside("cat /proc/self/status");
  EXPECT_THAT(status_file, HasSubstr("NoNewPrivs:\t1"));
  // chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service sys_chroot setfcap; the agent gives up setpcap and
  // the rest of the bounding set, which bwrap leaves full.
  EXPECT_THAT(status_file, HasSubstr("CapPrm:\t00000000800405fb"));
  EXPECT_THAT(status_file, HasSubstr("CapEff:\t00000000800405fb"));
  EXPECT_NE(0, status("mount -t tmpfs t /tmp 2>/dev/null"));
  EXPECT_NE(0, status("echo x >/proc/sys/kernel/core_pattern"));
  EXPECT_NE(0, status("cat /proc/kallsyms /proc/config.gz >/dev/null"));
  EXPECT_EQ("0\n", inside("ulimit -c"));
  EXPECT_EQ("1024\n", inside("ulimit -n"));
  EXPECT_THAT(inside("cat /proc/self/limits"), HasSubstr(fmt::format("{} {:>16}", 1ULL << 50, 1ULL << 50).substr(0, 16)));
}

TEST_P(launched_sandbox, inherits_three_descriptors) {
  // The list itself is read by one that is closed when it is shown.
  EXPECT_EQ("0\n1\n2\n", inside("for fd in /proc/$$/fd/*; do [ -e $fd ] && echo ${fd##*/}; done"));
  // Of the agent: 0-2, the control socket, the shell directory and the connection
  const auto pid = namespace_pids(sandbox_.agent).front();
  std::string seen;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator{fmt::format("/proc/{}/fd", pid), failure})
    if (const auto number = std::stoi(entry.path().filename().string()); number > 8)
      seen += entry.path().filename().string() + " ";
  EXPECT_EQ("", seen);
}

TEST_P(launched_sandbox, shows_no_path_of_the_host) {
  const auto mounts = inside("cat /proc/self/mountinfo");
  if (writable_root()) { // driver none binds the base and the home: the kernel shows where they lie on their file system
    EXPECT_THAT(mounts, Not(HasSubstr("strata-launch")));
  }
  EXPECT_THAT(inside("cat /proc/1/cmdline /proc/1/environ /proc/1/maps 2>&1"), Not(HasSubstr("strata-launch")));
  EXPECT_EQ("", inside("cat /etc/hostname 2>/dev/null; ls -d /work /home /boot /media 2>/dev/null"));
}

TEST_P(launched_sandbox, gives_the_agent_alone_the_shell_mount) {
  EXPECT_EQ(0, status("!shell script"));
  EXPECT_EQ("script\n", inside("ls /run/strata"));
  EXPECT_NE(0, status("rm /run/strata/script 2>/dev/null || touch /run/strata/x 2>/dev/null"));
  EXPECT_EQ(0, status("rm -rf /run/* 2>/dev/null; [ -e /run/strata/script ]"));
  EXPECT_EQ(0, status("!up")); // its descriptor leads nowhere else
}

TEST_P(launched_sandbox, ends_with_its_agent_and_leaves_nothing) {
  ASSERT_EQ(0, status("(sleep 1000 </dev/null >/dev/null 2>&1 &) ; cat /dev/null"));
  EXPECT_EQ(GetParam().driver == overlay_driver::fuse ? 2U : 1U, sandbox_.children.size());
  for (const auto& child : sandbox_.children)
    EXPECT_TRUE(is_own_child(child));
  EXPECT_TRUE(end(sandbox_));
  EXPECT_EQ("", processes_left());
  EXPECT_EQ("", mounts_with(scene_.path().string()));
  sandbox_.agent.reset();
}

TEST_P(launched_sandbox, lives_on_without_bwraps_monitor) {
  kill_and_reap(sandbox_.children.front());
  EXPECT_EQ(0, status("touch /root/after && cat /etc/marker"));
  kill_process(sandbox_.agent);
  pollfd ended{sandbox_.agent.get(), POLLIN, 0};
  EXPECT_EQ(1, ::poll(&ended, 1, 10'000));
}

TEST_P(launched_sandbox, is_found_again_by_its_socket) {
  ASSERT_EQ(0, status("echo kept >/root/kept"));
  sandbox_.control.reset();
  auto order = scene_.order();
  auto again = connect_agent(order.session_dir);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ("kept\n", run(*again, "cat /root/kept").output);
  EXPECT_EQ(namespace_pids(sandbox_.agent), namespace_pids(again->agent));
}

TEST_P(launched_sandbox, starts_again_on_its_files) {
  ASSERT_EQ(0, status("echo kept >/root/kept"));
  ASSERT_TRUE(end(sandbox_));
  auto again = launch(scene_.order());
  ASSERT_TRUE(again) << again.error().message;
  sandbox_ = std::move(*again);
  EXPECT_EQ("kept\n", inside("cat /root/kept"));
}

INSTANTIATE_TEST_SUITE_P(
  every, launched_sandbox,
  testing::Values(combination{overlay_driver::kernel, base_kind::host}, combination{overlay_driver::kernel, base_kind::rootfs},
                  combination{overlay_driver::fuse, base_kind::host}, combination{overlay_driver::fuse, base_kind::rootfs},
                  combination{overlay_driver::none, base_kind::host}, combination{overlay_driver::none, base_kind::rootfs}),
  name_of);

} // namespace
} // namespace strata::test
