// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/files.hpp"

#include <string>
#include <string_view>

namespace strata::files {

/// A socket to the server, or between two programs. Blocks; false: the other end is gone, or does not keep to the protocol.
class channel {
public:
  explicit channel(int socket) noexcept : socket_{socket} {}

  bool receive(wire::files_message& what, std::string& body);
  /// The descriptor that came with the last message.
  unique_fd take_descriptor() { return std::move(descriptor_); }
  /// In two steps, for a body that goes somewhere else.
  bool receive_head(wire::files_head& head);
  bool receive_body(const wire::files_head& head, std::string& body) const;
  int socket() const noexcept { return socket_; }
  /// `descriptor` goes with it (SCM_RIGHTS), unless it is -1.
  bool send(wire::files_message what, std::string_view body, int descriptor = -1) const;
  template <class Body> bool tell(wire::files_message what, const Body& body, int descriptor = -1) const {
    return send(what, wire::encode(body), descriptor);
  }

private:
  const int socket_;
  unique_fd descriptor_{};
};

} // namespace strata::files
