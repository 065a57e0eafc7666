// SPDX-License-Identifier: MIT
// A launch that fails says why and leaves no process, mount, descriptor or socket.
#include "tests/launch/scene.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{}));
}

class failing_launch : public testing::Test {
protected:
  // The message, after checking that nothing is left.
  std::string failure_of(scene& stage, const std::function<void(launch_order&)>& spoil) {
    auto order = stage.order();
    spoil(order);
    const auto before = open_descriptors();
    const auto made = launch(order);
    EXPECT_FALSE(made);
    EXPECT_EQ(before, open_descriptors());
    EXPECT_EQ("", processes_left());
    EXPECT_EQ("", mounts_with(stage.path().string()));
    EXPECT_FALSE(fs::exists(stage.path() / "session/ctl.sock"));
    const auto text = made ? std::string{} : made.error().message;
    for (const char c : text)
      EXPECT_TRUE(c >= ' ' && c <= '~') << text;
    return text;
  }
};

TEST_F(failing_launch, without_bwrap) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  stage.tools.bwrap = "/nonexistent/bwrap";
  EXPECT_EQ("start sandbox: run /nonexistent/bwrap: no such file or directory (install the package bubblewrap)",
            failure_of(stage, [](auto&) {}));
  stage.tools.bwrap = "";
  EXPECT_EQ("start sandbox: no bwrap on this host (install the package bubblewrap)", failure_of(stage, [](auto&) {}));
}

TEST_F(failing_launch, without_launcher) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  stage.tools.launcher = "/nonexistent/launcher";
  EXPECT_EQ("start launcher /nonexistent/launcher: no such file or directory", failure_of(stage, [](auto&) {}));
}

TEST_F(failing_launch, without_fuse_overlayfs) {
  scene stage{base_kind::rootfs, overlay_driver::fuse};
  stage.tools.fuse_overlayfs = "/nonexistent/fuse";
  const auto text = failure_of(stage, [](auto&) {});
  EXPECT_THAT(text, HasSubstr("run /nonexistent/fuse: no such file or directory (install the package fuse-overlayfs)"));
}

TEST_F(failing_launch, when_fuse_overlayfs_ends_at_once) {
  scene stage{base_kind::rootfs, overlay_driver::fuse};
  stage.tools.fuse_overlayfs = "/bin/true";
  EXPECT_THAT(failure_of(stage, [](auto&) {}), HasSubstr("wait for fuse-overlayfs"));
}

TEST_F(failing_launch, without_a_base) {
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse, overlay_driver::none}) {
    scene stage{base_kind::rootfs, driver};
    stage.root.layers[0].source = "/nonexistent/base";
    EXPECT_EQ("start sandbox: clone base layer /nonexistent/base: no such file or directory", failure_of(stage, [](auto&) {}));
  }
}

TEST_F(failing_launch, without_a_directory_for_a_layer) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  stage.root.layers.push_back({"/usr", "not/there", layer_mode::read_only});
  EXPECT_THAT(failure_of(stage, [](auto&) {}), HasSubstr("open not/there in the session's root: no such file or directory"));
}

TEST_F(failing_launch, through_a_link_in_the_root) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  ASSERT_EQ("", on_host("ln -s /etc " + stage.base_path().string() + "/trap"));
  for (const auto* target : {"trap", "trap/x", "../..", "/etc"}) {
    if (stage.root.layers.size() > 1)
      stage.root.layers.pop_back();
    stage.root.layers.push_back({"/usr", target, layer_mode::read_only});
    EXPECT_THAT(failure_of(stage, [](auto&) {}), HasSubstr(fmt::format("open {} in the session's root", target)));
  }
}

TEST_F(failing_launch, onto_the_hosts_root_id) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  for (const auto range : {id_range{0, 65536}, id_range{0xffff0000, 65537}, id_range{100, 0}})
    EXPECT_EQ("start sandbox: map ids: the range would contain id 0 of the host or is empty",
              failure_of(stage, [&](launch_order& order) { order.ids.range = range; }));
}

TEST_F(failing_launch, with_ids_that_are_not_the_users) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  if (stage.ids.kind == id_map_kind::range)
    GTEST_SKIP() << "root may map any id";
  EXPECT_THAT(failure_of(stage,
                         [](launch_order& order) {
                           order.ids = {id_map_kind::subid_range, {3000000, 65536}, true};
                         }),
              HasSubstr("the user needs this range in /etc/subuid and /etc/subgid"));
  EXPECT_THAT(failure_of(stage,
                         [](launch_order& order) {
                           order.ids = {id_map_kind::range, {3000000, 65536}, true};
                         }),
              HasSubstr("write uid_map 0 3000000 65536: operation not permitted"));
}

TEST_F(failing_launch, when_bwrap_cannot_build_the_root) {
  scene stage{base_kind::rootfs, overlay_driver::none};
  ASSERT_EQ("", on_host("rmdir " + stage.base_path().string() + "/proc"));
  EXPECT_THAT(failure_of(stage, [](auto&) {}), HasSubstr("bwrap: Can't mkdir /proc: Read-only file system"));
}

TEST_F(failing_launch, of_an_agent_that_is_no_program) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  stage.guest = agent_image::load("/etc/passwd").value();
  // By bwrap itself, or by the sh that its execvp(3) falls back to.
  EXPECT_THAT(failure_of(stage, [](auto&) {}), AllOf(StartsWith("start sandbox: "), HasSubstr("/proc/self/fd/6: ")));
}

TEST_F(failing_launch, of_an_agent_that_never_is_ready) {
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse}) {
    scene stage{base_kind::rootfs, driver};
    stage.guest = agent_image::load(libexec() + "/launch_mute_guest").value();
    EXPECT_THAT(failure_of(stage, [](launch_order& order) { order.patience = std::chrono::milliseconds{700}; }),
                StartsWith("start sandbox: not ready in time"));
  }
}

TEST_F(failing_launch, at_every_moment_of_a_deadline) {
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse}) {
    scene stage{base_kind::rootfs, driver};
    stage.guest = agent_image::load(libexec() + "/launch_mute_guest").value();
    for (int ms = 0; ms < 30; ++ms)
      EXPECT_THAT(failure_of(stage, [&](launch_order& order) { order.patience = std::chrono::milliseconds{ms}; }),
                  StartsWith("start sandbox: not ready in time"));
  }
}

TEST_F(failing_launch, onto_a_socket_that_cannot_be_replaced) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  ASSERT_TRUE(fs::create_directory(stage.path() / "session/ctl.sock"));
  const auto made = launch(stage.order());
  ASSERT_FALSE(made);
  EXPECT_EQ("bind control socket: address already in use", made.error().message);
}

TEST(control_socket, replaces_a_stale_one_and_is_closed_to_others) {
  scene stage{base_kind::rootfs, overlay_driver::kernel};
  for (int round = 0; round < 2; ++round) {
    auto made = launch(stage.order());
    ASSERT_TRUE(made) << made.error().message;
    struct stat status {};
    ASSERT_EQ(0, ::lstat((stage.path() / "session/ctl.sock").c_str(), &status));
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(0600U, status.st_mode & 0777U);
    EXPECT_TRUE(end(*made));
  }
}

TEST(agent_image, refuses_what_is_no_file) {
  EXPECT_FALSE(agent_image::load("/nonexistent"));
  EXPECT_FALSE(agent_image::load("/etc"));
  EXPECT_FALSE(agent_image::load("/dev/null"));
}

} // namespace
} // namespace strata::test
