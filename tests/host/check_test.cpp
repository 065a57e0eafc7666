// SPDX-License-Identifier: MIT
#include "isolation/host_check.hpp"
#include "isolation/host_findings.hpp"
#include "tests/host/live_host.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using verdict = host_finding::verdict;

const host_finding* finding_of(const std::vector<host_finding>& findings, std::string_view need) {
  for (const auto& one : findings)
    if (one.need == need)
      return &one;
  ADD_FAILURE() << "no finding for " << need;
  static const host_finding none;
  return &none;
}

class check_of_this_host : public testing::Test {
protected:
  check_of_this_host() { options_.session_root = directory_.session_root(); }
  void TearDown() override {
    for (const auto& entry : fs::directory_iterator{directory_.path()})
      EXPECT_EQ("sessions", entry.path().filename()) << "left behind";
  }
  own_directory directory_;
  host_options options_;
};

TEST_F(check_of_this_host, finds_all_that_a_server_needs) {
  const auto findings = check_host(options_);
  EXPECT_TRUE(can_run(findings));
  for (const auto* need : {"kernel", "programs of strata", "bubblewrap", "fuse-overlayfs", "session root", "user namespaces",
                           "base", "overlay driver kernel", "overlay driver fuse", "overlay driver none", "network namespaces"}) {
    const auto* one = finding_of(findings, need);
    EXPECT_EQ(verdict::ok, one->state) << need << ": " << one->detail;
    EXPECT_EQ("", one->remedy);
  }
  EXPECT_EQ(is_root() ? verdict::ok : verdict::limited, finding_of(findings, "id ranges")->state);
  EXPECT_EQ(verdict::limited, finding_of(findings, "resource limits")->state);
  for (const auto& one : findings)
    EXPECT_EQ(one.state == verdict::ok, one.remedy.empty()) << one.need;
  EXPECT_FALSE(fs::exists(options_.session_root)) << "a check makes no session root";
}

TEST_F(check_of_this_host, leaves_an_empty_session_root_empty) {
  ASSERT_EQ(0, ::mkdir(options_.session_root.c_str(), 0700));
  EXPECT_EQ(verdict::ok, finding_of(check_host(options_), "session root")->state);
  EXPECT_TRUE(fs::is_empty(options_.session_root));
}

TEST_F(check_of_this_host, disturbs_no_server_that_runs) {
  options_.driver = overlay_driver::kernel;
  auto opened = open_sandbox_host(options_);
  ASSERT_TRUE(opened) << opened.error().message;
  live_host live{std::move(*opened)};
  auto session = live.launch("one");
  ASSERT_TRUE(session) << session.error().message;
  const auto findings = check_host(options_);
  EXPECT_TRUE(can_run(findings));
  EXPECT_THAT(finding_of(findings, "session root")->detail, HasSubstr("in use by another server"));
  EXPECT_EQ("alive\n", run(**session, "echo alive").out);
  live.close(*session);
}

TEST_F(check_of_this_host, ends_no_session_of_a_server_that_is_down) {
  options_.driver = overlay_driver::kernel;
  auto opened = open_sandbox_host(options_);
  ASSERT_TRUE(opened) << opened.error().message;
  opened->reset();
  const auto kept = directory_.path() / "sessions/sessions/s-00000000000000000000000000000000-kept";
  ASSERT_EQ(0, on_host("mkdir -p " + kept.string()));
  check_host(options_);
  EXPECT_TRUE(fs::exists(kept));
}

TEST_F(check_of_this_host, says_what_is_wrong_and_what_helps) {
  options_.base_rootfs = "/nonexistent";
  options_.id_pool = "1-2";
  const auto findings = check_host(options_);
  EXPECT_FALSE(can_run(findings));
  EXPECT_EQ(verdict::missing, finding_of(findings, "id ranges")->state);
  options_.id_pool = "auto";
  const auto second = check_host(options_);
  EXPECT_FALSE(can_run(second));
  EXPECT_EQ("use base /nonexistent: no such file or directory", finding_of(second, "base and sandboxes")->detail);
}

TEST(lacking, makes_a_remedy_of_a_hint) {
  const auto one = lacking("x", {errc::internal, "start sandbox: no bwrap on this host (install the package bubblewrap)"});
  EXPECT_EQ("start sandbox: no bwrap on this host", one.detail);
  EXPECT_EQ("install the package bubblewrap", one.remedy);
  EXPECT_EQ("", lacking("x", {errc::internal, "no (hint) here"}).remedy);
}

TEST(find_program, tells_version_or_package) {
  EXPECT_EQ("apt-get install bubblewrap", find_program("bubblewrap", "", "bubblewrap", true).remedy);
  EXPECT_THAT(find_program("bubblewrap", "/usr/bin/bwrap", "bubblewrap", true).detail, HasSubstr("bubblewrap 0."));
  EXPECT_THAT(find_program("fuse-overlayfs", "/usr/bin/fuse-overlayfs", "fuse-overlayfs", false).detail,
              HasSubstr("fuse-overlayfs: version"));
}

} // namespace
} // namespace strata::test
