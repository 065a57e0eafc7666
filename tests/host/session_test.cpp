// SPDX-License-Identifier: MIT
// Sessions over the host's own files, with every driver, for whoever runs this: what they see, can change and leave alone.
#include "isolation/driver_trial.hpp"
#include "tests/host/live_host.hpp"

#include <fmt/format.h>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <map>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A server as of this user, for all tests with its driver.
struct stage {
  explicit stage(overlay_driver driver) {
    host_options options;
    options.session_root = directory.session_root();
    options.driver = driver;
    auto host = open_sandbox_host(options);
    EXPECT_TRUE(host) << host.error().message;
    if (host)
      live.emplace(std::move(*host));
  }
  own_directory directory;
  std::optional<live_host> live;
};

class host_session : public testing::TestWithParam<overlay_driver> {
protected:
  static void TearDownTestSuite() { stages_.clear(); }
  void SetUp() override {
    auto& stage_of_driver = stages_[GetParam()];
    if (!stage_of_driver)
      stage_of_driver = std::make_unique<stage>(GetParam());
    ASSERT_TRUE(stage_of_driver->live);
    live_ = &*stage_of_driver->live;
    root_ = stage_of_driver->directory.session_root();
    auto made = live_->launch("one");
    ASSERT_TRUE(made) << made.error().message;
    session_ = *made;
  }
  void TearDown() override {
    if (!session_)
      return;
    live_->close(session_);
    EXPECT_TRUE(fs::is_empty(root_ / "sessions"));
    EXPECT_TRUE(fs::is_empty(root_ / "trash"));
  }
  answer inside(const std::string& command) { return run(*session_, command); }
  void expect(const std::string& command) {
    const auto done = inside(command);
    EXPECT_EQ(0, done.status) << command << "\n" << done.out << done.err;
  }
  bool writable_root() const { return GetParam() != overlay_driver::none; }

  static inline std::map<overlay_driver, std::unique_ptr<stage>> stages_;
  live_host* live_ = nullptr;
  fs::path root_;
  std::shared_ptr<sandbox> session_;
};

TEST_P(host_session, tells_what_it_is) {
  const auto& facts = session_->facts();
  EXPECT_EQ(to_string(GetParam()), facts.driver);
  EXPECT_EQ("host", facts.base);
  EXPECT_EQ("own", facts.isolation.at("user_namespace"));
  EXPECT_EQ("loopback only", facts.isolation.at("network"));
  EXPECT_EQ("default", facts.isolation.at("seccomp"));
  EXPECT_EQ("none", facts.isolation.at("user_namespaces_inside"));
  EXPECT_FALSE(facts.isolation.contains("driver_reason")); // it was wished
  EXPECT_TRUE(maps_root_to_start_of(facts.isolation.at("uid_range"))) << facts.isolation.at("uid_range");
  EXPECT_EQ(has_subids(), facts.isolation.at("uid_range").find("shared by all sessions") != std::string::npos);
  ASSERT_FALSE(live_->times.empty());
  EXPECT_LT(0, live_->times.back().directory.count());
  EXPECT_LT(0, live_->times.back().launch.count());
}

TEST_P(host_session, writes_where_it_is_promised) {
  expect("echo x >/root/x && echo x >/tmp/x && echo x >/var/tmp/x && rm /root/x");
  EXPECT_EQ(writable_root(),
            inside("echo x >/etc/x && echo x >/x && mkdir /home/me /srv/x /var/lib/x && rm /etc/login.defs").status == 0);
  EXPECT_EQ(writable_root(), inside("echo 'x:x:500:500::/:/bin/sh' >>/etc/passwd && rm -r /etc/skel /etc/pam.d").status == 0);
  EXPECT_EQ(writable_root() && is_root(), inside("echo x >/usr/x && mkdir /usr/share/new /opt/x && rm /usr/bin/env").status == 0);
  EXPECT_TRUE(fs::exists("/usr/bin/env"));
  EXPECT_FALSE(fs::exists("/usr/share/new"));
  EXPECT_TRUE(fs::exists(root_ / "base/root/etc/pam.d"));
}

TEST_P(host_session, has_the_usual_directories) {
  EXPECT_EQ("700 0\n1777 0\n1777 0\n755 0\n", inside("stat -c '%a %u' /root /tmp /var/tmp /home").out);
  EXPECT_EQ("", inside("ls -A /root").out);
  EXPECT_EQ("", inside("ls -A /home /mnt /srv /media | grep -v : | grep .").out);
  EXPECT_EQ("", inside("ls -d /work /boot /lost+found /.dockerenv 2>/dev/null").out);
}

TEST_P(host_session, knows_its_accounts_and_no_password) {
  EXPECT_EQ("uid=0(root) gid=0(root) groups=0(root)\n", inside("id").out);
  EXPECT_EQ("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", inside("getent passwd nobody").out);
  EXPECT_EQ("", inside("cut -d: -f2 /etc/shadow | grep -vxF '*'").out);
  const auto mode = inside("stat -c '%a %u %g' /etc/shadow").out;
  EXPECT_EQ(is_root() || has_subids() ? "640 0 42\n" : "640 0 0\n", mode);
  EXPECT_EQ("", inside("awk -F: '$3 >= 1000 && $3 != 65534' /etc/passwd").out);
}

TEST_P(host_session, starts_no_program_for_a_login_shell) {
  // With no directory to find programs in, a profile that wants one complains.
  const auto login = inside("PATH=/nonexistent; /bin/bash -l -c 'echo ${PATH}'");
  EXPECT_EQ("/nonexistent\n", login.out);
  EXPECT_EQ("", login.err);
  EXPECT_EQ("", inside("ls -A /etc/profile.d").out);
}

TEST_P(host_session, runs_the_tools_of_the_host) {
  expect("python3 -c 'import ssl, json, sqlite3; open(\"/root/p\", \"w\").write(\"x\" * 10000)'");
  expect("perl -e 'use POSIX; print floor(1.5)'");
  expect(
    "cd /root && printf '#include <stdio.h>\\nint main(void) { puts(\"hi\"); }\\n' >a.c && gcc -o a a.c && [ \"$(./a)\" = hi ]");
  expect("cd /root && git init -q r && cd r && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log "
         "--oneline | grep -q x");
  expect("[ -z \"$(command -v dpkg)\" ] || dpkg -l bash | grep -q ^ii");
}

TEST_P(host_session, sees_nothing_that_appears_on_the_host) {
  if (!is_root())
    GTEST_SKIP() << "only root can make files in /, /etc and /var";
  const auto name = fmt::format("strata-appears-{}", ::getpid());
  const std::vector<fs::path> places{"/", "/etc", "/var", "/var/lib", "/etc/apt", "/home", "/root", "/srv"};
  for (const auto& place : places)
    if (fs::exists(place))
      std::ofstream{place / name} << "host\n";
  for (const auto& place : places)
    EXPECT_NE(0, inside(fmt::format("cat {}", (place / name).native())).status) << place;
  EXPECT_EQ("",
            inside(fmt::format("find / -xdev -name '{0}' 2>/dev/null; find /usr /opt /var -name '{0}' 2>/dev/null", name)).out);
  for (const auto& place : places)
    fs::remove(place / name);
}

TEST_P(host_session, sees_nothing_of_the_hosts_own_configuration_below_usr) {
  if (!is_root())
    GTEST_SKIP() << "only root's sessions would be root over the host's files";
  const auto secret = fs::path{"/usr/local/etc"} / fmt::format("strata-secret-{}", ::getpid());
  if (!fs::is_directory(secret.parent_path()))
    GTEST_SKIP() << "this host has no /usr/local/etc";
  std::ofstream{secret} << "secret\n";
  ::chmod(secret.c_str(), 0600);
  {
    stage other{GetParam()};
    ASSERT_TRUE(other.live);
    auto session = other.live->launch("hidden");
    EXPECT_TRUE(session) << session.error().message;
    if (session) {
      EXPECT_EQ("", run(**session, "ls -A /usr/local/etc").out);
      EXPECT_EQ(writable_root(), run(**session, "echo x >/usr/local/etc/x").status == 0);
      other.live->close(*session);
    }
  }
  fs::remove(secret);
}

TEST_P(host_session, installs_a_package) {
  if (!is_root() || !writable_root())
    GTEST_SKIP() << "needs a writable /usr, which a plain user's sessions over the host have not, nor those without overlay";
  if (!fs::exists("/usr/bin/dpkg-deb"))
    GTEST_SKIP() << "no dpkg-deb on this host";
  expect("mkdir -p /root/p/DEBIAN /root/p/usr/bin /root/p/etc && cd /root"
         " && printf 'Package: strata-probe\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n' "
         ">p/DEBIAN/control"
         " && printf '#!/bin/sh\\nadduser --system --group --no-create-home strata-probe\\n' >p/DEBIAN/postinst && chmod 755 "
         "p/DEBIAN/postinst"
         " && printf '#!/bin/sh\\necho installed\\n' >p/usr/bin/strata-probe && chmod 755 p/usr/bin/strata-probe && echo c "
         ">p/etc/strata-probe"
         " && dpkg-deb --build --root-owner-group p p.deb && dpkg -i p.deb");
  EXPECT_EQ("installed\n", inside("strata-probe").out);
  EXPECT_EQ("ii\n", inside("dpkg -l strata-probe | tail -n 1 | cut -c 1-2").out);
  EXPECT_EQ("strata-probe\n", inside("su -s /bin/sh strata-probe -c 'id -un'").out);
  expect("dpkg -r strata-probe && [ ! -e /usr/bin/strata-probe ]");
  EXPECT_FALSE(fs::exists("/usr/bin/strata-probe"));
  EXPECT_NE(0, on_host("dpkg -s strata-probe >/dev/null 2>&1"));
}

TEST_P(host_session, shares_nothing_with_another) {
  auto other = live_->launch("two");
  ASSERT_TRUE(other) << other.error().message;
  expect("echo one >/root/mine && echo one >/tmp/mine");
  EXPECT_EQ("", run(**other, "ls -A /root; ls -A /tmp").out);
  if (is_root()) {
    EXPECT_NE(session_->facts().isolation.at("uid_range"), (*other)->facts().isolation.at("uid_range"));
  }
  live_->close(*other);
  EXPECT_EQ("one\n", inside("cat /root/mine").out);
}

TEST_P(host_session, has_the_hosts_network_only_when_told) {
  EXPECT_EQ("lo\n", inside("sed -n 's/^ *\\([^ :]*\\):.*/\\1/p' /proc/net/dev").out);
  auto other = live_->launch("networked", network_mode::host);
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ("the host's", (*other)->facts().isolation.at("network"));
  EXPECT_EQ(fs::read_symlink("/proc/self/ns/net").string() + "\n", run(**other, "readlink /proc/self/ns/net").out);
  live_->close(*other);
}

TEST_P(host_session, is_one_of_many_that_start_at_once) {
  constexpr std::size_t many = 12;
  std::vector<std::future<result<std::shared_ptr<sandbox>>>> starting;
  for (std::size_t i = 0; i < many; ++i)
    starting.push_back(std::async(std::launch::async, [this, i] { return live_->launch(fmt::format("many{}", i)); }));
  std::vector<std::shared_ptr<sandbox>> all;
  for (auto& one : starting) {
    auto made = one.get();
    ASSERT_TRUE(made) << made.error().message;
    all.push_back(*made);
  }
  std::set<std::string> ids;
  for (const auto& one : all) {
    EXPECT_EQ("", run(*one, "ls -A /root; echo x >/root/x").out);
    ids.insert(one->facts().isolation.at("uid_range"));
  }
  EXPECT_EQ(is_root() ? many : 1U, ids.size());
  for (const auto& one : all)
    live_->close(one);
}

TEST_P(host_session, closed_twice_is_closed_once) {
  live_->close(session_);
  live_->close(session_);
  EXPECT_EQ(0U, has_subids() ? 0U : live_->host->ids.in_use());
}

INSTANTIATE_TEST_SUITE_P(every, host_session, testing::Values(overlay_driver::kernel, overlay_driver::fuse, overlay_driver::none),
                         [](const auto& one) { return std::string{to_string(one.param)}; });

class driver_choice : public testing::Test {
protected:
  result<std::unique_ptr<sandbox_host>> open(overlay_driver driver, const std::string& base = {}) {
    host_options options;
    options.session_root = directory_.session_root();
    options.driver = driver;
    options.base_rootfs = base;
    options.problem = [this](const std::string& text) { problems_.push_back(text); };
    return open_sandbox_host(options);
  }
  own_directory directory_;
  std::vector<std::string> problems_;
};

TEST_F(driver_choice, is_the_kernel_where_it_works_and_says_why) {
  const auto host = open(overlay_driver::automatic);
  ASSERT_TRUE(host) << host.error().message;
  EXPECT_EQ(overlay_driver::kernel, (*host)->driver);
  EXPECT_EQ("automatic: the kernel's overlay works here", (*host)->driver_reason);
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(driver_choice, leaves_nothing_of_its_trials) {
  const auto host = open(overlay_driver::automatic);
  ASSERT_TRUE(host) << host.error().message;
  EXPECT_TRUE(fs::is_empty(directory_.path() / "sessions/sessions"));
  EXPECT_TRUE(fs::is_empty(directory_.path() / "sessions/trash"));
}

TEST_F(driver_choice, says_why_a_driver_does_not_work) {
  auto host = open(overlay_driver::none);
  ASSERT_TRUE(host) << host.error().message;
  (*host)->tools.fuse_overlayfs = "/bin/true";
  const auto fuse = try_driver(**host, overlay_driver::fuse);
  ASSERT_FALSE(fuse);
  EXPECT_THAT(fuse.error().message, HasSubstr("fuse-overlayfs"));
  (*host)->tools.bwrap = "/nonexistent";
  const auto kernel = try_driver(**host, overlay_driver::kernel);
  ASSERT_FALSE(kernel);
  EXPECT_THAT(kernel.error().message, HasSubstr("install the package bubblewrap"));
  EXPECT_TRUE(becomes_empty(directory_.path() / "sessions/sessions"));
  EXPECT_TRUE(becomes_empty(directory_.path() / "sessions/trash"));
}

TEST_F(driver_choice, is_refused_when_a_second_server_comes) {
  const auto first = open(overlay_driver::none);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = open(overlay_driver::none);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another server"));
}

} // namespace
} // namespace strata::test
