// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cstddef>
#include <sys/socket.h>
#include <sys/types.h>

namespace strata {

/// One descriptor that goes with bytes over a stream socket (SCM_RIGHTS, unix(7)). What these return is that of sendmsg(2) and
/// recvmsg(2), errno included; neither raises SIGPIPE.

/// -1 for no descriptor.
ssize_t send_with_descriptor(int socket, const iovec* parts, std::size_t count, int descriptor);

/// `descriptor` is that which came with the bytes, close-on-exec, or empty. Of several that come at once the first is taken, and the
/// kernel closes the others.
ssize_t receive_with_descriptor(int socket, void* into, std::size_t length, unique_fd& descriptor);

} // namespace strata
