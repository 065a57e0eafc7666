// SPDX-License-Identifier: MIT
#include "isolation/output_pump.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
// Per wake-up, so that one loud command does not keep the thread from the others.
constexpr std::size_t wake_up_limit = 512 * 1024;

} // namespace

output_pump::output_pump(boost::asio::any_io_executor executor, unique_fd pipe, sink bytes, std::function<void()> ended)
  : pipe_{std::move(executor), pipe.release()}, bytes_{std::move(bytes)}, ended_{std::move(ended)} {}

void output_pump::start() { wait(); }

void output_pump::wait() {
  pipe_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [self = shared_from_this()](boost::system::error_code failed) {
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
  while (limit > 0) {
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
  auto counted = ::ioctl(pipe_.native_handle(), FIONREAD, &waiting) == 0;
  // One byte more, so that a pipe whose writers are gone is seen to be at its end and closed now.
  if (counted && !read_some(static_cast<std::size_t>(waiting) + 1))
    finish();
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
