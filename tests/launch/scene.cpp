// SPDX-License-Identifier: MIT
#include "tests/launch/scene.hpp"

#include "isolation/pidfd.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {

namespace fs = std::filesystem;

namespace {

id_map ids_of_this_user() {
  const auto uid = ::geteuid();
  if (uid == 0)
    // Apart from those of other tests that run at the same time.
    return {id_map_kind::range, {0x20000000 + static_cast<std::uint32_t>(::getpid() % 4096) * 65536, 65536}, false};
  const auto* user = ::getpwuid(uid);
  std::ifstream file{"/etc/subuid"};
  for (std::string line; user != nullptr && std::getline(file, line);) {
    unsigned first = 0;
    unsigned count = 0;
    const auto name = std::string{user->pw_name} + ":";
    if (line.starts_with(name) && std::sscanf(line.c_str() + name.size(), "%u:%u", &first, &count) == 2)
      return {id_map_kind::subid_range, {first, count}, true};
  }
  return {id_map_kind::single, {uid, 1}, true};
}

constexpr auto skeleton = R"sh(
  cd {0}
  mkdir -p usr etc proc sys dev run tmp var/tmp var/lib root opt
  chmod 1777 tmp var/tmp
  for link in bin sbin lib lib32 lib64 libx32; do [ -L /$link ] && ln -s usr/$link $link; done
  printf 'root:x:0:0::/root:/bin/sh\n' >etc/passwd
  printf 'base\n' >etc/marker
)sh";
// The programs of a small root file system with the libraries that they need.
constexpr auto programs = R"sh(
  cd {0}
  mkdir -p usr/bin usr/sbin usr/lib usr/lib64
  for program in {1}; do
    path=$(readlink -f "$(command -v $program)")
    cp "$path" usr/bin/$program
  done
  ldd usr/bin/* | grep -o '/[^ :]* (' | sort -u | while read -r library rest; do
    where=$(readlink -f "${{library%/*}}")
    mkdir -p ".$where"
    cp "$library" ".$where/"
  done
)sh";

/// One set of programs, collected once: that takes longer than all else in a test. Removed when the tests are over.
class program_tree {
public:
  explicit program_tree(const std::string& needed) {
    char name[] = "/tmp/strata-programs-XXXXXX";
    path_ = ::mkdtemp(name);
    ::chmod(path_.c_str(), 0755);
    EXPECT_EQ("", on_host(fmt::format(fmt::runtime(programs), path_, needed)));
  }
  program_tree(const program_tree&) = delete;
  program_tree& operator=(const program_tree&) = delete;
  ~program_tree() {
    std::error_code failure;
    fs::remove_all(path_, failure);
  }
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

const std::string& tree_with(const std::string& needed) {
  static std::map<std::string, program_tree> trees;
  return trees.try_emplace(needed, needed).first->second.path();
}

std::string first_line(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

/// Orphans of a killed bwrap; what is ours by birth must have been reaped by whoever started it.
bool ended_in_sandbox(pid_t pid) {
  std::ifstream file{fmt::format("/proc/{}/status", pid)};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("NSpid:"))
      return std::count(line.begin(), line.end(), '\t') > 1;
  return false;
}

/// Orphans of a killed launcher: setuid programs that cannot be killed along with it and that end by themselves.
bool is_mapper(const std::string& name) { return name == "newuidmap" || name == "newgidmap"; }

std::vector<pid_t> children() {
  std::vector<pid_t> found;
  std::ifstream file{fmt::format("/proc/self/task/{}/children", ::getpid())};
  for (pid_t pid = 0; file >> pid;)
    found.push_back(pid);
  return found;
}

} // namespace

std::string libexec() { return libexec_directory().value(); }

std::string on_host(const std::string& command) {
  static const bool mapped = ids_of_this_user().kind == id_map_kind::subid_range;
  std::string quoted;
  for (const char c : command)
    quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  const auto full = fmt::format("{}sh -c '{}' 2>&1", mapped ? "unshare --map-root-user --map-auto " : "", quoted);
  std::string output;
  FILE* pipe = ::popen(full.c_str(), "re");
  char bytes[4096];
  while (pipe != nullptr) {
    const auto size = std::fread(bytes, 1, sizeof bytes, pipe);
    if (size == 0)
      break;
    output.append(bytes, size);
  }
  if (pipe != nullptr)
    ::pclose(pipe);
  return output;
}

scene::scene(base_kind kind, overlay_driver with, const char* needed)
  : ids{ids_of_this_user()}, driver{with}, tools{find_launch_tools(libexec())},
    guest{agent_image::load(libexec() + "/launch_guest").value()} {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  char name[] = "/tmp/strata-launch-XXXXXX";
  path_ = ::mkdtemp(name);
  fs::create_directories(path_ / "session/files");
  fs::create_directories(path_ / "base");
  ::chmod((path_ / "session").c_str(), 0700);
  ::chmod((path_ / "session/files").c_str(), 0777);
  const bool is_root = ids.kind == id_map_kind::range;
  root.name = kind == base_kind::host ? "host" : "rootfs";
  root.shift = is_root;
  const auto mode = driver == overlay_driver::none ? layer_mode::read_only : layer_mode::overlay;
  root.layers.push_back({base_path().string(), "", mode});
  EXPECT_EQ("", on_host(fmt::format(fmt::runtime(skeleton), base_path().string())));
  if (kind == base_kind::host) {
    root.layers.push_back({"/usr", "usr", is_root ? mode : layer_mode::read_only});
  } else {
    EXPECT_EQ("", on_host(fmt::format("cp -a {}/. {}", tree_with(needed), base_path().string())));
  }
  if (ids.kind == id_map_kind::subid_range) { // 0 there is the user, 1 the first subordinate id: 0 inside
    EXPECT_EQ("", on_host("chown -Rh 1:1 " + base_path().string()));
  }
  session_dir_.reset(::open((path_ / "session").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  files_dir_.reset(::open(files().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

scene::~scene() { EXPECT_EQ("", on_host("chmod -R u+rwX " + path_.string() + "; rm -rf " + path_.string())); }

unique_fd scene::duplicate_session() const { return unique_fd{::fcntl(session_dir_.get(), F_DUPFD_CLOEXEC, 3)}; }

launch_order scene::order() {
  launch_order order;
  order.session_dir = session_dir_.get();
  order.files_dir = files_dir_.get();
  order.ids = ids;
  order.driver = driver;
  order.root = &root;
  order.agent = &guest;
  order.tools = &tools;
  return order;
}

answer run(const launched& sandbox, const std::string& command) {
  if (::send(sandbox.control.get(), command.data(), command.size(), MSG_NOSIGNAL) < 0)
    return {-1, "send failed"};
  pollfd wait{sandbox.control.get(), POLLIN, 0};
  ::poll(&wait, 1, 30'000);
  std::string packet(200'000, '\0');
  const auto size = ::recv(sandbox.control.get(), packet.data(), packet.size(), 0);
  if (size <= 0)
    return {-1, "no answer"};
  packet.resize(static_cast<std::size_t>(size));
  const auto line = packet.find('\n');
  return {std::stoi(packet), packet.substr(line + 1)};
}

bool end(launched& sandbox) {
  kill_process(sandbox.agent);
  for (const auto& child : sandbox.children) {
    pollfd ended{child.get(), POLLIN, 0};
    if (::poll(&ended, 1, 10'000) != 1)
      return false;
    kill_and_reap(child);
  }
  return true;
}

std::string processes_left() {
  std::string found;
  for (const auto pid : children()) {
    const auto name = first_line(fmt::format("/proc/{}/comm", pid));
    siginfo_t ended{};
    if (is_mapper(name))
      ::waitpid(pid, nullptr, 0);
    else if (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0
             && ended_in_sandbox(pid))
      ::waitpid(pid, nullptr, 0);
    else
      found += fmt::format("{} {}\n", pid, name);
  }
  return found;
}

std::string mounts_with(const std::string& text) {
  std::string found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    std::ifstream file{entry.path() / "mountinfo"};
    for (std::string line; std::getline(file, line);)
      if (line.find(text) != std::string::npos)
        found += entry.path().filename().string() + ": " + line + "\n";
  }
  return found;
}

} // namespace strata::test
