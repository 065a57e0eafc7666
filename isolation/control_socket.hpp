// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

namespace strata {

/// Name of the control socket in a session's directory.
inline constexpr char control_socket_name[] = "ctl.sock";

/// A SOCK_SEQPACKET socket bound to ctl.sock in `session_dir` (0600), replacing one that is there. Not listening: the
/// agent calls listen(2) itself, so that peer credentials name it (unix(7)). No path is followed: the socket is made by
/// way of the directory's descriptor.
result<unique_fd> bind_control_socket(int session_dir);
void remove_control_socket(int session_dir);

struct agent_peer {
  unique_fd socket; ///< nonblocking
  unique_fd pidfd;
};

/// Connects to the listener, and takes and checks its pidfd: PID 1 of a pid namespace below ours. Does not block.
result<agent_peer> connect_control_socket(int session_dir);

} // namespace strata
