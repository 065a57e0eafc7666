// SPDX-License-Identifier: MIT
#include "isolation/output_pump.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
// Per wake-up, so that one loud command does not keep the thread from the others.
constexpr std::size_t wake_up_limit = 512 * 1024;
// More than a terminal ever holds back (it tells less by FIONREAD than it has).
constexpr std::size_t terminal_limit = 256 * 1024;

/// A terminal's open file description is the agent's as well, and it cannot be opened anew: whatever happened to it
/// there, a read of ours must not block.
void insist_on_nonblocking(int fd) {
  if (const int flags = ::fcntl(fd, F_GETFL); flags >= 0 && (flags & O_NONBLOCK) == 0)
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

} // namespace

output_pump::output_pump(boost::asio::any_io_executor executor, unique_fd pipe, sink bytes, std::function<void()> ended)
  : pipe_{std::move(executor), pipe.release()}, bytes_{std::move(bytes)}, ended_{std::move(ended)} {}

void output_pump::start() { wait(); }

void output_pump::wait() {
  if (paused_ || waiting_ || !pipe_.is_open())
    return;
  waiting_ = true;
  pipe_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [self = shared_from_this()](boost::system::error_code failed) {
                     self->waiting_ = false;
                     if (failed || !self->pipe_.is_open())
                       return;
                     if (self->read_some(wake_up_limit))
                       self->wait();
                     else
                       self->finish();
                   });
}

bool output_pump::read_some(std::size_t limit) {
  thread_local std::array<char, chunk_size> chunk;
  insist_on_nonblocking(pipe_.native_handle());
  while (limit > 0 && (!paused_ || draining_)) {
    auto got = ::read(pipe_.native_handle(), chunk.data(), std::min(chunk.size(), limit));
    if (got == 0)
      return false;
    if (got < 0) {
      if (errno == EINTR)
        continue;
      return errno == EAGAIN;
    }
    if (bytes_)
      bytes_({chunk.data(), static_cast<std::size_t>(got)});
    limit -= static_cast<std::size_t>(got);
  }
  return true;
}

void output_pump::drain_once() {
  int waiting = 0;
  if (!pipe_.is_open())
    return;
  const bool terminal = ::isatty(pipe_.native_handle()) == 1;
  auto counted = ::ioctl(pipe_.native_handle(), FIONREAD, &waiting) == 0;
  // One byte more, so that a pipe whose writers are gone is seen to be at its end and closed now.
  const auto limit = terminal ? terminal_limit : static_cast<std::size_t>(waiting) + 1;
  const bool held_back = std::exchange(draining_, true);
  if (counted && !read_some(limit))
    finish();
  draining_ = held_back;
}

void output_pump::discard() {
  bytes_ = nullptr;
  resume();
}

void output_pump::resume() {
  if (std::exchange(paused_, false))
    wait();
}

void output_pump::stop() {
  boost::system::error_code ignored;
  pipe_.close(ignored);
}

void output_pump::finish() {
  stop();
  if (auto ended = std::exchange(ended_, nullptr))
    ended();
}

} // namespace strata
