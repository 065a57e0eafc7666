// SPDX-License-Identifier: MIT
#include "isolation/passed_descriptor.hpp"

#include <cstring>
#include <sys/uio.h>

namespace strata {

ssize_t send_with_descriptor(int socket, const iovec* parts, std::size_t count, int descriptor) {
  alignas(cmsghdr) char rights[CMSG_SPACE(sizeof descriptor)] = {};
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = count;
  if (descriptor >= 0) {
    message.msg_control = rights;
    message.msg_controllen = sizeof rights;
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t receive_with_descriptor(int socket, void* into, std::size_t length, unique_fd& descriptor) {
  iovec part{into, length};
  alignas(cmsghdr) char rights[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = rights;
  message.msg_controllen = CMSG_LEN(sizeof(int)); // with its padding it would have room for two
  const auto got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  const auto* const header = got < 0 ? nullptr : CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int came = -1;
    std::memcpy(&came, CMSG_DATA(header), sizeof came);
    descriptor.reset(came);
  }
  return got;
}

} // namespace strata
