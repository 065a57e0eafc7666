// SPDX-License-Identifier: MIT
#include "isolation/pipe_ends.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace strata {

result<pipe_ends> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno_error("make pipe");
  return pipe_ends{unique_fd{ends[0]}, unique_fd{ends[1]}};
}

void set_nonblocking(const unique_fd& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

unique_fd reopen_pipe(const unique_fd& sent, int mode) {
  if (::fcntl(sent.get(), F_GETPIPE_SZ) < 0)
    return unique_fd{};
  const auto path = fmt::format("/proc/self/fd/{}", sent.get());
  return unique_fd{::open(path.c_str(), mode | O_NONBLOCK | O_CLOEXEC)};
}

} // namespace strata
