// SPDX-License-Identifier: MIT
// Prepared bases: made from the Debian mirror, and given ones that are refused.
#include "isolation/create_rootfs.hpp"
#include "isolation/debian_archive.hpp"
#include "isolation/host_program.hpp"
#include "isolation/rootfs_base.hpp"
#include "tests/host/live_host.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <set>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

id_map own_ids() { return id_pool::open("auto").value().take().value().map(); }

// The error, or "".
std::string refusal(const std::string& base, const std::string& session_root) {
  const auto opened = open_rootfs_base(base, session_root, own_ids());
  return opened ? std::string{} : opened.error().message;
}

TEST(rootfs_base, is_refused_with_the_reason) {
  const own_directory directory;
  const auto base = (directory.path() / "base").native();
  EXPECT_EQ(fmt::format("use base {}: no such file or directory", base), refusal(base, "/s"));
  EXPECT_EQ("use base /etc/passwd: not a directory", refusal("/etc/passwd", "/s"));
  EXPECT_EQ("use base /: it must neither hold nor lie in the session root /s", refusal("/", "/s"));
  fs::create_directories(base + "/bin");
  EXPECT_THAT(refusal(base, base + "/sessions"), HasSubstr("must neither hold nor lie in the session root"));
  EXPECT_THAT(refusal(base, directory.path().native()), HasSubstr("must neither hold nor lie in the session root"));
  EXPECT_THAT(refusal(base, "/s"), HasSubstr("it has no /bin/bash that could be run"));
  fs::create_symlink("/../../../../../usr/bin/bash", base + "/bin/bash"); // is looked for inside, not on the host
  EXPECT_THAT(refusal(base, "/s"), HasSubstr("it has no /bin/bash that could be run"));
  fs::remove(base + "/bin/bash");
  fs::copy_file("/bin/bash", base + "/bin/bash");
  EXPECT_THAT(refusal(base, "/s"), HasSubstr("it has no /etc"));
  if (is_root()) {
    ASSERT_EQ(0, on_host(fmt::format("mkdir {0}/etc && chown 4711 {0}/etc", base)));
    EXPECT_THAT(refusal(base, "/s"), HasSubstr("its /etc belongs to id 4711, but sessions can only change root's files"));
    ASSERT_EQ(0, on_host(fmt::format("chown 0 {}/etc", base)));
    EXPECT_EQ("", refusal(base, "/s"));
  } else if (has_subids()) {
    fs::create_directory(base + "/etc");
    EXPECT_THAT(refusal(base, "/s"), HasSubstr("but sessions can only change files of id 2000000"));
  }
}

TEST(create_rootfs, refuses_what_is_there) {
  const own_directory directory;
  fs::create_directories(directory.path() / "full/x");
  for (const auto& path : {(directory.path() / "full").native(), std::string{"relative"}, std::string{"/etc/passwd"}}) {
    const auto made = create_rootfs({path, {}, {}}, {});
    EXPECT_FALSE(made) << path;
  }
  EXPECT_TRUE(fs::exists(directory.path() / "full/x"));
}

TEST(create_rootfs, leaves_nothing_when_it_fails) {
  if (!is_root() && !has_subids())
    GTEST_SKIP() << "needs subordinate ids";
  const own_directory directory;
  rootfs_request request;
  request.directory = (directory.path() / "base").native();
  request.suite = "no-such-suite";
  request.patience = std::chrono::seconds{120};
  const auto made = create_rootfs(request, {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("exited with 25: E: "));
  EXPECT_TRUE(fs::is_empty(directory.path()));
}

TEST(create_rootfs, removes_what_a_killed_run_left_and_nothing_else) {
  if (!is_root() && !has_subids())
    GTEST_SKIP() << "needs subordinate ids";
  const own_directory directory;
  const auto parent = directory.path();
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours{1};
  for (const auto* name : {".strata-base-killed", ".strata-base-busy", ".strata-base-young", "other"})
    fs::create_directories(parent / name / "tree/usr");
  for (const auto* name : {".strata-base-killed", ".strata-base-busy", "other"})
    fs::last_write_time(parent / name, long_ago);
  fs::create_directory_symlink("/etc", parent / ".strata-base-link");
  const unique_fd busy{::open((parent / ".strata-base-busy").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  ASSERT_EQ(0, ::flock(busy.get(), LOCK_EX));
  rootfs_request request;
  request.directory = (parent / "base").native();
  request.suite = "no-such-suite";
  std::string told;
  EXPECT_FALSE(create_rootfs(request, [&](const std::string& line) { told += line + "\n"; }));
  EXPECT_THAT(told, HasSubstr("removed " + (parent / ".strata-base-killed").native()));
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator{parent})
    left.insert(entry.path().filename().native());
  EXPECT_EQ(left, (std::set<std::string>{".strata-base-busy", ".strata-base-young", ".strata-base-link", "other"}));
}

// The release file of the first archive that the host's apt uses, as create_rootfs finds it.
std::string release_of_mirror() {
  const auto command = debian_archive_command("", {}, "target", false);
  for (const auto& word : command ? *command : std::vector<std::string>{}) {
    std::istringstream line{word};
    for (std::string part, suite; line >> part;)
      if (part.find("://") != std::string::npos && line >> suite)
        return fmt::format("{}/dists/{}/InRelease", part, suite);
  }
  return {};
}

// Whether the mirror answers, by the tool that any Debian has.
bool mirror_answers() {
  const own_directory directory;
  const auto release = release_of_mirror();
  const auto code = run_host_program({{"/usr/lib/apt/apt-helper", "-oAcquire::Retries=0", "-oAcquire::http::Timeout=10",
                                       "download-file", release, (directory.path() / "Release").native()},
                                      std::chrono::seconds{30},
                                      {}});
  return !release.empty() && code && *code == 0;
}

TEST(create_rootfs, makes_a_base_that_sessions_run_on) {
  if (!is_root() && !has_subids())
    GTEST_SKIP() << "needs subordinate ids";
  if (!mirror_answers())
    GTEST_SKIP() << "the Debian mirror is not reachable";
  const own_directory directory;
  rootfs_request request;
  request.directory = (directory.path() / "base").native();
  std::string last;
  const auto made = create_rootfs(request, [&last](const std::string& line) { last = line; });
  ASSERT_TRUE(made) << made.error().message << "\n" << last;
  EXPECT_EQ(1, std::distance(fs::directory_iterator{directory.path()}, {}));

  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse, overlay_driver::none}) {
    host_options options;
    options.session_root = directory.session_root();
    options.base_rootfs = request.directory;
    options.driver = driver;
    auto host = open_sandbox_host(options);
    ASSERT_TRUE(host) << host.error().message;
    live_host live{std::move(*host)};
    auto session = live.launch("one");
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ("rootfs", (*session)->facts().base);
    EXPECT_EQ("strata\n", run(**session, "cat /etc/hostname").out);
    EXPECT_EQ("root\n", run(**session, "stat -c %U /etc/passwd").out);
    const auto changed =
      run(**session, "useradd -m someone && chown someone /srv && dpkg -r --force-all tzdata mawk >/dev/null && echo x >/usr/x");
    EXPECT_EQ(driver != overlay_driver::none, changed.status == 0) << changed.out << changed.err;
    EXPECT_EQ("", run(**session, "PATH=/nonexistent; /bin/bash -l -c :").err);
    live.close(*session);
  }
}

} // namespace
} // namespace strata::test
