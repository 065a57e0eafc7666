// SPDX-License-Identifier: MIT
#include "isolation/files/channel.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace strata::files {

namespace {

bool receive_all(int socket, void* into, std::size_t length) {
  for (auto* at = static_cast<char*>(into); length > 0;) {
    const auto got = ::recv(socket, at, length, MSG_WAITALL);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    at += got;
    length -= static_cast<std::size_t>(got);
  }
  return true;
}

} // namespace

bool channel::receive_head(wire::files_head& head) {
  iovec part{&head, sizeof head};
  alignas(cmsghdr) char rights[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = rights;
  message.msg_controllen = sizeof rights;
  ssize_t got = 0;
  do
    got = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return false;
  const auto* const header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    descriptor_.reset(descriptor);
  }
  const auto have = static_cast<std::size_t>(got);
  return receive_all(socket_, reinterpret_cast<char*>(&head) + have, sizeof head - have);
}

bool channel::receive(wire::files_message& what, std::string& body) {
  wire::files_head head;
  if (!receive_head(head) || head.length > wire::max_files_body)
    return false;
  what = head.what;
  body.resize(head.length);
  return receive_all(socket_, body.data(), body.size());
}

bool channel::send(wire::files_message what, std::string_view body) const {
  wire::files_head head{what, static_cast<std::uint32_t>(body.size())};
  iovec parts[] = {{&head, sizeof head}, {const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  for (auto left = sizeof head + body.size(); left > 0;) {
    const auto put = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return false;
    auto done = static_cast<std::size_t>(put);
    left -= done;
    for (auto& part : parts) {
      const auto here = done < part.iov_len ? done : part.iov_len;
      part.iov_base = static_cast<char*>(part.iov_base) + here;
      part.iov_len -= here;
      done -= here;
    }
  }
  return true;
}

} // namespace strata::files
