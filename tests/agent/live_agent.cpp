// SPDX-License-Identifier: MIT
#include "tests/agent/live_agent.hpp"

#include "isolation/wire/inherited.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace strata::test {

namespace {

constexpr int patience_ms = 60'000; // a hang fails the test, it does not measure anything

pid_t fork_into_namespaces() {
  auto flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD;
  if (::geteuid() != 0)
    flags |= CLONE_NEWUSER;
  return static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

bool write_text(const char* path, const std::string& text) {
  unique_fd file{::open(path, O_WRONLY | O_CLOEXEC)};
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Those that bwrap leaves.
bool keep_few_capabilities() {
  constexpr int kept[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,     CAP_FSETID,  CAP_SETUID,
                          CAP_SETGID, CAP_KILL,         CAP_SYS_CHROOT, CAP_SETFCAP, CAP_NET_BIND_SERVICE};
  for (int each = 0; each <= CAP_LAST_CAP; ++each)
    if (std::find(std::begin(kept), std::end(kept), each) == std::end(kept) && ::prctl(PR_CAPBSET_DROP, each) != 0)
      return false;
  return true;
}

/// In the child. `user`: who we were outside.
bool settle_in(uid_t user, gid_t group, const std::string& shells) {
  if (user != 0
      && (!write_text("/proc/self/setgroups", "deny") || !write_text("/proc/self/uid_map", "0 " + std::to_string(user) + " 1")
          || !write_text("/proc/self/gid_map", "0 " + std::to_string(group) + " 1")))
    return false;
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
         && ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0
         && (shells.empty()
             || (::mount(shells.c_str(), shells.c_str(), nullptr, MS_BIND, nullptr) == 0
                 && ::mount(nullptr, shells.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr)
                      == 0))
         && ::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") == 0 && keep_few_capabilities();
}

int waited(int fd, short events) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, patience_ms);
}

} // namespace

std::vector<std::string> plain_environment() {
  return {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/root", "USER=root", "LC_ALL=C"};
}

std::optional<std::string> live_agent::unavailable() {
  auto user = ::geteuid();
  auto group = ::getegid();
  auto pid = fork_into_namespaces();
  if (pid < 0)
    return std::string{"no pid and mount namespace: "} + std::strerror(errno);
  if (pid == 0)
    ::_exit(settle_in(user, group, {}) ? 0 : 1);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0)
    return "no /proc of its own in a user namespace";
  return std::nullopt;
}

live_agent::live_agent() {
  std::string pattern = "/dev/shm/strata-agent-XXXXXX";
  folder_ = std::string{::mkdtemp(pattern.data())} + "/shells";
  ::mkdir(folder_.c_str(), 0755);
  ::chmod(pattern.c_str(), 0755);
  unique_fd shells{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};

  unique_fd control{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto path = pattern + "/ctl.sock";
  std::copy(path.begin(), path.end(), address.sun_path);
  EXPECT_EQ(::bind(control.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  int report[2];
  EXPECT_EQ(::pipe2(report, O_CLOEXEC), 0);
  unique_fd heard{report[0]};
  unique_fd said{report[1]};

  auto user = ::geteuid();
  auto group = ::getegid();
  pid_ = fork_into_namespaces();
  if (pid_ == 0) {
    const unique_fd program{::open(STRATA_AGENT, O_PATH | O_CLOEXEC)}; // now: /tmp will be another
    int from[] = {said.get(), said.get(), control.get(), shells.get(), program.get()};
    const int to[] = {1, 2, wire::control_fd, wire::shell_dir_fd};
    for (int& fd : from) // out of the way of the numbers that are to be filled
      fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 100);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that aborts leaves nobody behind
    if (!settle_in(user, group, folder_))
      ::_exit(1);
    for (int i = 0; i < 4; ++i)
      ::dup2(from[i], to[i]);
    unique_fd null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    ::dup2(null.get(), 0);
    const char* arguments[] = {"strata-agent", folder_.c_str(), nullptr};
    ::syscall(SYS_execveat, from[4], "", arguments, environ, AT_EMPTY_PATH);
    ::_exit(1);
  }
  said.reset();
  std::string text;
  char part[512];
  for (ssize_t got = 0; (got = ::read(heard.get(), part, sizeof part)) > 0;)
    text.append(part, static_cast<std::size_t>(got));
  EXPECT_EQ(text, wire::ready_mark);
}

live_agent::~live_agent() {
  ::kill(pid_, SIGKILL); // and with it everything inside
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path{folder_}.parent_path(), ignored);
}

unique_fd live_agent::connect_only() {
  unique_fd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto path = std::filesystem::path{folder_}.parent_path().string() + "/ctl.sock";
  std::copy(path.begin(), path.end(), address.sun_path);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return socket;
}

void live_agent::connect(std::uint32_t orphan_ms) {
  socket_ = connect_only();
  auto answer = reply_to(send(wire::message::hello, wire::hello{wire::protocol_version, orphan_ms}));
  EXPECT_EQ(answer.type, wire::message::hello_reply);
}

std::uint32_t live_agent::send(wire::message type, std::string body, const std::vector<int>& fds) {
  auto number = ++last_number_;
  int failed = 0;
  while ((failed = wire::send_frame(socket_.get(), type, number, body, fds)) == EAGAIN)
    waited(socket_.get(), POLLOUT);
  EXPECT_EQ(failed, 0);
  return number;
}

wire::frame live_agent::receive() {
  wire::frame frame;
  for (;;) {
    switch (wire::receive_frame(socket_.get(), frame)) {
    case wire::received::got: return frame;
    case wire::received::would_block:
      if (waited(socket_.get(), POLLIN) == 0) {
        ADD_FAILURE() << "the agent does not answer";
        std::abort();
      }
      break;
    default: ADD_FAILURE() << "the agent hung up"; std::abort();
    }
  }
}

wire::frame live_agent::reply_to(std::uint32_t number) {
  for (;;) {
    if (auto found = replies_.find(number); found != replies_.end()) {
      auto frame = std::move(found->second);
      replies_.erase(found);
      return frame;
    }
    auto frame = receive();
    auto key = frame.number;
    if (key == 0)
      events_.push_back(std::move(frame));
    else
      EXPECT_TRUE(replies_.emplace(key, std::move(frame)).second) << "answered twice";
  }
}

wire::frame live_agent::next_event() {
  std::vector<unique_fd> none;
  std::vector<std::string> texts;
  return next_event(none, texts);
}

wire::frame live_agent::next_event(std::vector<unique_fd>& outputs, std::vector<std::string>& texts) {
  while (events_.empty()) {
    std::vector<pollfd> all{{socket_.get(), POLLIN, 0}};
    for (const auto& fd : outputs)
      all.push_back({fd.get(), POLLIN, 0}); // -1 is skipped
    if (::poll(all.data(), all.size(), patience_ms) == 0) {
      ADD_FAILURE() << "no event";
      std::abort();
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (all[i + 1].revents == 0)
        continue;
      auto text = read_available(outputs[i]);
      if (text.empty())
        outputs[i].reset(); // its end
      texts[i] += text;
    }
    if (all[0].revents != 0)
      events_.push_back(receive());
  }
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i])
      texts[i] += read_available(outputs[i]);
  auto event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::string read_available(const unique_fd& fd) {
  std::string text;
  char part[65536];
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  for (ssize_t got = 0; (got = ::read(fd.get(), part, sizeof part)) > 0;)
    text.append(part, static_cast<std::size_t>(got));
  return text;
}

} // namespace strata::test
