// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <cstddef>
#include <string>
#include <sys/types.h>

namespace strata {

/// A pipe that carries bytes from one socket to another without copying them (splice(2)). Used by one thread at a time.
class byte_pipe {
public:
  static result<byte_pipe> make();

  /// Moves what a nonblocking socket has, at most `most` bytes and as many as fit. 0: its end; -1 and errno, EAGAIN when it has nothing.
  ssize_t fill(int socket, std::size_t most);
  /// Moves `most` of the bytes that are here, or as many as a nonblocking socket takes. -1 and errno, EAGAIN when it takes none.
  ssize_t drain(int socket, std::size_t most);
  /// The next bytes that are here, copied.
  std::string take(std::size_t size);

private:
  byte_pipe(unique_fd out, unique_fd in) : out_{std::move(out)}, in_{std::move(in)} {}

  unique_fd out_, in_;
};

} // namespace strata
