// SPDX-License-Identifier: MIT
#include "isolation/control_socket.hpp"

#include "isolation/pidfd.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// Linux 6.5; Debian 12's headers are older.
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace strata {

namespace {

sockaddr_un address_in(int session_dir) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = fmt::format("/proc/self/fd/{}/{}", session_dir, control_socket_name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Before Linux 6.5. The agent cannot have ended and its pid been given away before the pidfd was open: its end of the
// connection would be closed.
result<unique_fd> peer_by_pid(const unique_fd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return errno_error("read peer credentials of the agent");
  STRATA_TRY(auto pidfd, open_pidfd(peer.pid));
  pollfd probe{socket.get(), POLLIN, 0};
  if (::poll(&probe, 1, 0) < 0 || (probe.revents & (POLLHUP | POLLERR)) != 0)
    return error{errc::internal, "connect to agent: it has hung up"};
  return pidfd;
}

result<unique_fd> peer_pidfd(const unique_fd& socket) {
  int fd = -1;
  socklen_t size = sizeof fd;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERPIDFD, &fd, &size) == 0) {
    unique_fd pidfd{fd};
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return pidfd;
  }
  if (errno != ENOPROTOOPT)
    return errno_error("read peer pidfd of the agent");
  return peer_by_pid(socket);
}

} // namespace

result<unique_fd> bind_control_socket(int session_dir) {
  remove_control_socket(session_dir);
  unique_fd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  // The mode of the socket becomes that of the name (sockfs inode, unix(7)): it is never open to others.
  if (!socket || ::fchmod(socket.get(), 0600) != 0)
    return errno_error("make control socket");
  const auto address = address_in(session_dir);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno_error("bind control socket");
  return socket;
}

void remove_control_socket(int session_dir) { ::unlinkat(session_dir, control_socket_name, 0); }

result<agent_peer> connect_control_socket(int session_dir) {
  agent_peer peer;
  peer.socket.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!peer.socket)
    return errno_error("make control socket");
  const auto address = address_in(session_dir);
  if (::connect(peer.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno_error("connect to agent");
  STRATA_TRY(peer.pidfd, peer_pidfd(peer.socket));
  const auto pids = namespace_pids(peer.pidfd);
  if (pids.size() < 2 || pids.back() != 1)
    return error{errc::internal, "connect to agent: the listener is not process 1 of a sandbox"};
  return peer;
}

} // namespace strata
