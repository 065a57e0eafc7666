// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <arpa/inet.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace strata::bench {

inline void expect(bool holds, std::string_view what) {
  if (!holds)
    throw std::runtime_error{std::string{what}};
}

/// A TCP connection of this process with itself.
struct loopback_pair {
  unique_fd writer, reader;
  loopback_pair() {
    const unique_fd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* where = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    expect(::bind(listener.get(), where, size) == 0 && ::listen(listener.get(), 1) == 0
             && ::getsockname(listener.get(), where, &size) == 0,
           "listen failed");
    writer.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    expect(::connect(writer.get(), where, size) == 0, "connect failed");
    reader.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
};

} // namespace strata::bench
