// SPDX-License-Identifier: MIT
#include "cli/client/console.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr int first_repeat_ms = 250, longest_repeat_ms = 30'000;

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH})
    sigaddset(&set, number);
  return set;
}

} // namespace

console::console() {
  std::signal(SIGPIPE, SIG_IGN); // told by write(2)
  const auto set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

console::~console() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  wake();
  if (thread_.joinable())
    thread_.join();
  if (raw_)
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

bool console::set_raw() {
  if (::tcgetattr(STDIN_FILENO, &before_) != 0)
    return false;
  auto raw = before_;
  ::cfmakeraw(&raw);
  raw_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  return raw_;
}

std::pair<std::uint16_t, std::uint16_t> console::size() {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return {0, 0};
  return {size.ws_col, size.ws_row};
}

void console::start(events to) {
  to_ = std::move(to);
  thread_ = std::thread{[this] { run(); }};
}

void console::set_reading(bool on) {
  {
    std::lock_guard guard{mutex_};
    if (std::exchange(reading_, on) == on)
      return;
  }
  wake();
}

void console::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void console::run() {
  bool ended = !to_.input;
  int again_after = -1; // ms
  std::array<char, 32 << 10> bytes{};
  while (true) {
    bool reading = false;
    {
      std::lock_guard guard{mutex_};
      if (stopping_)
        return;
      reading = reading_ && !ended;
    }
    std::array<pollfd, 3> watched{pollfd{wake_, POLLIN, 0}, pollfd{signals_, POLLIN, 0},
                                  pollfd{reading ? STDIN_FILENO : -1, POLLIN, 0}};
    const int news = ::poll(watched.data(), watched.size(), again_after);
    if (news < 0 && errno != EINTR)
      return;
    if (news == 0)
      again_after = to_.end_of_input() ? std::min(again_after * 2, longest_repeat_ms) : -1;
    std::uint64_t count = 0;
    if (watched[0].revents != 0) [[maybe_unused]]
      const auto taken = ::read(wake_, &count, sizeof count);
    signalfd_siginfo caught{};
    while (::read(signals_, &caught, sizeof caught) == sizeof caught) {
      if (caught.ssi_signo != SIGWINCH)
        to_.signal(static_cast<int>(caught.ssi_signo));
      else if (const auto [cols, rows] = size(); cols > 0 && rows > 0)
        to_.resize(cols, rows);
    }
    if (watched[2].revents == 0)
      continue;
    const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got > 0) {
      to_.input({bytes.data(), static_cast<std::size_t>(got)});
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
      ended = true;
      again_after = to_.end_of_input() ? first_repeat_ms : -1;
    }
  }
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd full{fd, POLLOUT, 0};
      ::poll(&full, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

} // namespace strata::client
