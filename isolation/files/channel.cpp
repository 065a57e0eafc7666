// SPDX-License-Identifier: MIT
#include "isolation/files/channel.hpp"

#include "isolation/passed_descriptor.hpp"

#include <cerrno>
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
  ssize_t got = 0;
  do
    got = receive_with_descriptor(socket_, &head, sizeof head, descriptor_);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return false;
  const auto have = static_cast<std::size_t>(got);
  return receive_all(socket_, reinterpret_cast<char*>(&head) + have, sizeof head - have) && head.length <= wire::max_files_body;
}

bool channel::receive_body(const wire::files_head& head, std::string& body) const {
  body.resize(head.length);
  return receive_all(socket_, body.data(), body.size());
}

bool channel::receive(wire::files_message& what, std::string& body) {
  wire::files_head head;
  if (!receive_head(head))
    return false;
  what = head.what;
  return receive_body(head, body);
}

bool channel::send(wire::files_message what, std::string_view body, int descriptor) const {
  wire::files_head head{what, static_cast<std::uint32_t>(body.size())};
  iovec parts[] = {{&head, sizeof head}, {const_cast<char*>(body.data()), body.size()}};
  for (auto left = sizeof head + body.size(); left > 0;) {
    const auto put = send_with_descriptor(socket_, parts, 2, descriptor);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return false;
    descriptor = -1; // it went with the first of them
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
