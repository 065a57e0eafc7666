// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/messages.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// One frame in one packet of a SOCK_SEQPACKET socket, descriptors by SCM_RIGHTS (unix(7)). Compiled into server and
/// agent alike, so it throws nothing and logs nothing. Neither call blocks, whatever the socket's mode, and neither
/// trusts the other end: sizes and counts are checked, a large body must come in a sealed memfd, and is copied out.
namespace strata::wire {

struct frame {
  message type{};
  std::uint32_t number = 0;
  std::string body;
  std::vector<unique_fd> fds; ///< close-on-exec; a large body's memfd is not among them
};

enum class received {
  got,
  would_block,
  closed,    ///< the other end hung up, or the socket failed
  malformed, ///< not a frame: hang up
};

/// Sends one frame whole or not at all: 0, or an errno value. EAGAIN: the socket is full, try again when it is
/// writable. EMSGSIZE: `body` is above max_body or `fds` above max_descriptors (one less with a large body). EPIPE:
/// hung up; no SIGPIPE. The descriptors stay the caller's.
[[nodiscard]] int send_frame(int socket, message type, std::uint32_t number, std::string_view body,
                             std::span<const int> fds = {}) noexcept;

/// Takes the next frame. `to` is only meaningful after `got`.
[[nodiscard]] received receive_frame(int socket, frame& to);

} // namespace strata::wire
