// SPDX-License-Identifier: MIT
#include "tests/storage/scratch.hpp"

#include "isolation/agent_image.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/launch.hpp"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace fs = std::filesystem;

namespace {

bool has_subids() {
  static const bool has = ids_of_this_user().kind == id_map_kind::subid_range;
  return has;
}

bool write_file(const char* path, const std::string& text) {
  std::ofstream file{path};
  file << text << std::flush;
  return file.good();
}

// Empty when it worked.
std::string enter_mount_namespace() {
  const auto uid = ::geteuid();
  const auto gid = ::getegid();
  if (::unshare(CLONE_NEWNS | (uid == 0 ? 0 : CLONE_NEWUSER)) != 0)
    return "no mount namespace for this user: " + errno_text(errno);
  if (uid != 0
      && (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", fmt::format("0 {} 1\n", uid))
          || !write_file("/proc/self/gid_map", fmt::format("0 {} 1\n", gid))))
    return "no user namespace for this user";
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return "no private mounts for this user: " + errno_text(errno);
  return {};
}

constexpr int no_namespace = 77;

} // namespace

id_map ids_of_this_user() { return id_pool::open("auto").value().take().value().map(); }

removal_tools remover_of_this_build() {
  const auto libexec = libexec_directory().value();
  const auto programs = find_launch_tools(libexec);
  return {libexec + "/strata-remover", programs.newuidmap, programs.newgidmap};
}

std::string on_host(const std::string& command) {
  std::string quoted;
  for (const char c : command)
    quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  const auto full = fmt::format("{}sh -c '{}' 2>&1", has_subids() ? "unshare --map-root-user --map-auto " : "", quoted);
  std::string output;
  FILE* pipe = ::popen(full.c_str(), "re");
  char bytes[4096];
  for (std::size_t size = 1; pipe != nullptr && size > 0;) {
    size = std::fread(bytes, 1, sizeof bytes, pipe);
    output.append(bytes, size);
  }
  if (pipe != nullptr)
    ::pclose(pipe);
  return output;
}

void fill_as_session(const fs::path& directory, const id_map& ids) {
  constexpr auto commands = R"sh(
    cd {0} && mkdir -p u0/home/deep/er u0/none w0/work && printf a >u0/home/file && printf b >u0/home/deep/er/file
    mkfifo u0/pipe && ln -s /nonexistent u0/link && ln -s u0 u0/home/loop && printf c >u0/none/file
    {1}
    chmod 700 u0/home u0/home/deep && chmod 0 u0/none w0/work
  )sh";
  std::string give;
  if (ids.kind == id_map_kind::range)
    give = fmt::format("mknod u0/whiteout c 0 0; chown -Rh {0}:{0} u0 w0; chown -h {1}:{1} u0/home/deep", ids.range.first,
                       ids.range.first + 33);
  if (ids.kind == id_map_kind::subid_range)
    give = "chown -Rh 1:1 u0 w0; chown -h 34:34 u0/home/deep";
  EXPECT_EQ("", on_host(fmt::format(fmt::runtime(commands), directory.string(), give)));
}

fs::path fast_place() { return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; }

scratch::scratch(const fs::path& where) {
  auto name = (where / "strata-storage-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
  directory_.reset(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

scratch::~scratch() {
  EXPECT_EQ("", on_host("chmod -R u+rwX " + path_.string() + "; rm -rf " + path_.string()));
  EXPECT_FALSE(fs::exists(fs::symlink_status(path_)));
}

void scratch::write(const std::string& name, const std::string& text) const {
  std::ofstream file{path_ / name};
  file << text << std::flush;
  EXPECT_TRUE(file.good()) << name;
}

canary::canary() {
  files_.write("file", "song");
  fs::create_directories(path() / "dir/inner");
  files_.write("dir/inner/file", "song");
  before_ = state();
}

std::string canary::state() const {
  return on_host(
    fmt::format("cd {} && find . -printf '%p %y %m %u %n %s\\n' | sort && cat file dir/inner/file", path().string()));
}

void canary::expect_untouched() const {
  EXPECT_EQ(before_, state());
  EXPECT_NE(std::string::npos, before_.find("songsong"));
}

bool with_mounts(const std::function<void()>& body, std::string& why) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return false;
  const unique_fd output{ends[0]};
  unique_fd input{ends[1]};
  const auto child = ::fork();
  if (child == 0) {
    ::dup2(input.get(), STDOUT_FILENO); // where the test framework reports
    const auto problem = enter_mount_namespace();
    if (problem.empty())
      body();
    else
      std::puts(problem.c_str());
    std::fflush(stdout);
    ::_exit(!problem.empty() ? no_namespace : testing::Test::HasFailure() ? 1 : 0);
  }
  input.reset();
  std::string text;
  char bytes[4096];
  for (ssize_t size = 1; size > 0;) {
    size = ::read(output.get(), bytes, sizeof bytes);
    text.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  why = text;
  if (WIFEXITED(status) && WEXITSTATUS(status) == no_namespace)
    return false;
  EXPECT_EQ(0, status) << text;
  return true;
}

std::string mounts_below(const fs::path& path) {
  std::ifstream file{"/proc/self/mountinfo"};
  std::string found;
  for (std::string line; std::getline(file, line);)
    if (line.find(path.string()) != std::string::npos)
      found += line + "\n";
  return found;
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{}));
}

} // namespace strata::test
