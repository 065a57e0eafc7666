// SPDX-License-Identifier: MIT
#include "isolation/byte_pipe.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace strata {

namespace {

/// A page of a pipe holds one fragment of a packet, however short that is, so there are more than the bytes need. One who may not have
/// so many keeps those that a pipe has (pipe(7)).
constexpr int capacity = 256 << 10;

ssize_t move(int from, int to, std::size_t most) {
  ssize_t moved = 0;
  do
    moved = ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  while (moved < 0 && errno == EINTR);
  return moved;
}

} // namespace

result<byte_pipe> byte_pipe::make() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return errno_error("make pipe");
  byte_pipe made{unique_fd{ends[0]}, unique_fd{ends[1]}};
  ::fcntl(made.in_.get(), F_SETPIPE_SZ, capacity);
  return made;
}

ssize_t byte_pipe::fill(int socket, std::size_t most) { return move(socket, in_.get(), most); }

ssize_t byte_pipe::drain(int socket, std::size_t most) { return move(out_.get(), socket, most); }

std::string byte_pipe::take(std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::read(out_.get(), bytes.data() + have, size - have);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

} // namespace strata
