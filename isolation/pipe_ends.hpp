// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

namespace strata {

struct pipe_ends {
  unique_fd read = unique_fd{};
  unique_fd write = unique_fd{};
};

/// A new pipe(7), blocking at both ends.
result<pipe_ends> make_pipe();

/// For an end whose open file description nobody else has: it would become nonblocking for them, too.
void set_nonblocking(const unique_fd& fd);

/// The same pipe by a nonblocking open file description of our own: whoever sent the other could make that one block.
/// `mode`: O_RDONLY or O_WRONLY. Empty: it is no pipe, it may not be opened, or there is nobody left to read it. Never blocks.
unique_fd reopen_pipe(const unique_fd& sent, int mode);

} // namespace strata
