// SPDX-License-Identifier: MIT
#include "isolation/wire/frame.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

namespace strata::wire {

namespace {

// Without these the sender could change or shorten the body while it is being read, or pass a file whose read blocks.
constexpr int body_seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
constexpr std::size_t control_space = CMSG_SPACE(max_descriptors * sizeof(int));

/// -1 with errno set on failure.
unique_fd to_memfd(std::string_view body) noexcept {
  unique_fd file{::memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  while (file && !body.empty()) {
    auto written = ::write(file.get(), body.data(), body.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return unique_fd{};
    body.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file && ::fcntl(file.get(), F_ADD_SEALS, body_seals) != 0)
    return unique_fd{};
  return file;
}

bool from_memfd(const unique_fd& file, std::size_t size, std::string& body) {
  struct stat facts {};
  auto seals = ::fcntl(file.get(), F_GET_SEALS); // EINVAL for everything but a file of anonymous memory
  if (seals < 0 || (seals & body_seals) != body_seals || ::fstat(file.get(), &facts) != 0
      || static_cast<std::size_t>(facts.st_size) != size)
    return false;
  body.resize(size);
  for (std::size_t done = 0; done < size;) {
    auto got = ::pread(file.get(), body.data() + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

/// Owns every descriptor that came, wanted or not.
std::vector<unique_fd> take_descriptors(msghdr& packet) {
  std::vector<unique_fd> fds;
  for (auto* part = CMSG_FIRSTHDR(&packet); part != nullptr; part = CMSG_NXTHDR(&packet, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
      continue;
    auto count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return fds;
}

} // namespace

int send_frame(int socket, message type, std::uint32_t number, std::string_view body, std::span<const int> fds) noexcept {
  auto large = body.size() > max_inline_body;
  if (body.size() > max_body || fds.size() + (large ? 1 : 0) > max_descriptors)
    return EMSGSIZE;

  unique_fd memory;
  if (large) {
    memory = to_memfd(body);
    if (!memory)
      return errno != 0 ? errno : EIO;
  }
  int all[max_descriptors];
  auto* end = std::copy(fds.begin(), fds.end(), all);
  if (large)
    *end++ = memory.get();
  auto count = static_cast<std::size_t>(end - all);

  frame_header header{type, number, static_cast<std::uint32_t>(body.size()), large ? in_memfd : 0};
  iovec parts[2]{{&header, sizeof header}, {const_cast<char*>(body.data()), large ? 0 : body.size()}};
  msghdr packet{};
  packet.msg_iov = parts;
  packet.msg_iovlen = 2;
  alignas(cmsghdr) char control[control_space]{};
  if (count > 0) {
    packet.msg_control = control;
    packet.msg_controllen = CMSG_SPACE(count * sizeof(int));
    auto* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(rights), all, count * sizeof(int));
  }
  for (;;) {
    if (::sendmsg(socket, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
      return 0;
    if (errno != EINTR)
      return errno;
  }
}

received receive_frame(int socket, frame& to) {
  frame_header header{};
  char inline_body[max_inline_body]; // not cleared: only what arrived is read
  iovec parts[2]{{&header, sizeof header}, {inline_body, sizeof inline_body}};
  alignas(cmsghdr) char control[control_space];
  msghdr packet{};
  ssize_t size = -1;
  do {
    packet = {};
    packet.msg_iov = parts;
    packet.msg_iovlen = 2;
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    size = ::recvmsg(socket, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK ? received::would_block : received::closed;

  auto fds = take_descriptors(packet);
  if (size == 0)
    return received::closed; // a hang-up; an empty packet looks the same and is no frame either
  if ((packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || static_cast<std::size_t>(size) < sizeof header)
    return received::malformed;
  auto arrived = static_cast<std::size_t>(size) - sizeof header;
  if (header.flags == 0) {
    if (header.size != arrived)
      return received::malformed;
    to.body.assign(inline_body, arrived);
  } else {
    if (header.flags != in_memfd || arrived != 0 || header.size > max_body || fds.empty()
        || !from_memfd(fds.back(), header.size, to.body))
      return received::malformed;
    fds.pop_back();
  }
  to.type = header.type;
  to.number = header.number;
  to.fds = std::move(fds);
  return received::got;
}

} // namespace strata::wire
